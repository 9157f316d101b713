// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "kernels/isa.h"

using namespace boolab::kernels;

class TestIsa : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { qunsetenv("BOOLAB_FORCE_ISA"); }

    void everySupportedNameCanBeForced()
    {
        for (const auto& name : supported_isas()) {
            QVERIFY(force_isa(name).has_value());
            QCOMPARE(active_isa(), name);
            QCOMPARE(reference_forced(), name == "reference");
        }
    }

    void avx512HasOtherNamesToo()
    {
        const std::string avx512 = "AVX-512";
        for (const auto& name : supported_isas())
            if (name.starts_with(avx512))
                for (const std::string other : {"AVX3", "avx512"}) {
                    QVERIFY(force_isa("reference").has_value());
                    QVERIFY(force_isa(other + name.substr(avx512.size())).has_value());
                    QCOMPARE(active_isa(), name);
                }
    }

    void bestIsChosenWithoutAName()
    {
        QVERIFY(force_isa("reference").has_value());
        QVERIFY(force_isa("").has_value());
        QCOMPARE(active_isa(), supported_isas().front());
    }

    void variableIsAppliedWithoutAName()
    {
        qputenv("BOOLAB_FORCE_ISA", "REF");
        QVERIFY(force_isa("").has_value());
        QCOMPARE(active_isa(), std::string("reference"));
    }

    void unsupportedNameIsAnErrorThatListsTheOthersAndChangesNothing()
    {
        QVERIFY(force_isa("reference").has_value());
        const auto forced = force_isa("mmx");
        QVERIFY(!forced.has_value());
        QVERIFY(QString::fromStdString(forced.error()).contains("mmx"));
        QVERIFY(QString::fromStdString(forced.error()).contains("reference"));
        QCOMPARE(active_isa(), std::string("reference"));
    }
};

QTEST_APPLESS_MAIN(TestIsa)
#include "test_isa.moc"
