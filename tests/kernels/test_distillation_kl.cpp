// SPDX-License-Identifier: Apache-2.0
#include <QtTest>
#include <cmath>
#include <limits>

#include "kernels/distillation_kl.h"
#include "kernels/reference.h"
#include "tests/kernels/op_fixture.h"

using namespace boolab::kernels;

class TestDistillationKl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void referenceIsTheDivergenceOfTwoCoins()
    {
        // p = (1/2, 1/2), q = (3/4, 1/4): KL(p || q) = log(2/sqrt(3))
        std::vector<float> student = {std::log(3.0f), 0.0f}, teacher = {0.0f, 0.0f};
        const double kl = distillation_kl_ref(student.data(), teacher.data(), 1, 2, 1.0);
        QVERIFY(std::abs(kl - std::log(2.0 / std::sqrt(3.0))) < 1e-7);
        QVERIFY(std::abs(student[0] - 0.25f) < 1e-6f && std::abs(student[1] + 0.25f) < 1e-6f);
    }

    void agreesWithTheReference_data() { addBackendRows(); }
    void agreesWithTheReference()
    {
        const Backend backend;
        for (const double temperature : {1.0, 2.5})
            for (const auto& [rows, V] : awkwardShapes()) {
                if (V == 0) continue;
                auto student = gaussian(rows * V, unsigned(V), 4.0f),
                     teacher = gaussian(rows * V, unsigned(V) + 9, 4.0f);
                auto expected = student, spoilt = teacher;
                const double reference =
                    distillation_kl_ref(expected.data(), spoilt.data(), rows, V, temperature);
                const double kl =
                    distillation_kl(student.data(), teacher.data(), rows, V, temperature, backend.threads);
                // Exponentials of relative error 2e-7, and cancelling logarithms near 0.
                QVERIFY2(std::abs(kl - reference) <= 1e-5 * reference + 1e-6 * double(rows),
                         QByteArray::number(qlonglong(V)));
                const std::vector<double> wide(expected.begin(), expected.end());
                if (V > 1) QVERIFY(relativeDistance(student, wide) < 1e-5);
            }
    }

    void everyInstructionSetGivesTheSameBits()
    {
        const std::int64_t rows = 5, V = 1043;
        const auto student = gaussian(rows * V, 1, 6.0f), teacher = gaussian(rows * V, 2, 6.0f);
        std::vector<float> first;
        double firstKl = 0;
        for (const auto& isa : supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(force_isa(isa));
            for (const int threads : {1, 3}) {
                auto s = student, t = teacher;
                const double kl = distillation_kl(s.data(), t.data(), rows, V, 1.0, threads);
                if (first.empty()) {
                    first = s;
                    firstKl = kl;
                }
                QCOMPARE(kl, firstKl);
                QVERIFY2(firstDifference(s, first).isEmpty(), firstDifference(s, first));
            }
        }
        QVERIFY(force_isa("reference"));
    }

    void logitsFarApartStayFinite_data() { addBackendRows(); }
    void logitsFarApartStayFinite()
    {
        const Backend backend;
        std::vector<float> student(40, -300.0f), teacher(40, -300.0f);
        student[3] = 300.0f;
        teacher[17] = 300.0f;
        const double kl = distillation_kl(student.data(), teacher.data(), 1, 40, 1.0, backend.threads);
        QVERIFY2(std::abs(kl - 600.0) < 1e-2, QByteArray::number(kl));
        QCOMPARE(student[3], 1.0f);
        QCOMPARE(student[17], -1.0f);
    }

    void aNotANumberIsNotHidden_data() { addBackendRows(); }
    void aNotANumberIsNotHidden()
    {
        const Backend backend;
        for (const std::size_t at : {0, 20, 36}) {
            std::vector<float> student(37, 0.5f), teacher(37, 0.25f);
            student[at] = std::numeric_limits<float>::quiet_NaN();
            QVERIFY(
                !std::isfinite(distillation_kl(student.data(), teacher.data(), 1, 37, 1.0, backend.threads)));
        }
    }
};

QTEST_APPLESS_MAIN(TestDistillationKl)
#include "test_distillation_kl.moc"
