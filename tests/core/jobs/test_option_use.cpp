// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/option_use.h"

#include <QtTest>

using namespace boolab;

namespace
{

Job jobOf(const QByteArray& text)
{
    auto json = nlohmann::json::parse(text.toStdString());
    auto job = Job::fromJson(json, "test");
    if (!job) qFatal("%s", job.error().text().c_str());
    return *job;
}

QString unusedKeys(const Job& job)
{
    QStringList keys;
    for (const auto& [key, reason] : unusedOptions(job))
        keys << QString::fromStdString(key);
    return keys.join(' ');
}

} // namespace

class TestOptionUse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatDoesNothingIsKnown_data()
    {
        QTest::addColumn<QByteArray>("job");
        QTest::addColumn<QString>("unused");
        const QString text = "calibration calibration_inputs calibration_seq_len calibration_tokens ";
        QTest::newRow("refined") << QByteArray(R"({"kind": "convert"})")
                                 << text + "importance max_kernels token_weights";
        QTest::newRow("svid") << QByteArray(R"({"kind": "convert", "method": "svid"})")
                              << text + "importance max_kernels rounds token_weights";
        QTest::newRow("gptq") << QByteArray(R"({"kind": "convert", "method": "gptq"})")
                              << QString("importance max_kernels");
        QTest::newRow("bits") << QByteArray(R"({"kind": "convert", "bits": 2.5})")
                              << QString("calibration_inputs kernels target_size token_weights");
        QTest::newRow("bits without a text")
            << QByteArray(R"({"kind": "convert", "bits": 2.5, "importance": "none"})")
            << text + "kernels target_size token_weights";
        QTest::newRow("size") << QByteArray(R"({"kind": "convert", "method": "gptq", "target_size": "80MB"})")
                              << QString("bits kernels");
        QTest::newRow("two budgets stay open")
            << QByteArray(R"({"kind": "convert", "method": "gptq", "bits": 2, "target_size": "80MB"})")
            << QString("kernels");
        QTest::newRow("sweep of whole bits") << QByteArray(R"({"kind": "sweep", "bits": "2,3"})")
                                             << text + "importance max_kernels token_weights";
        QTest::newRow("sweep with one method that needs a text")
            << QByteArray(R"({"kind": "sweep", "bits": "2", "methods": "svid,gptq"})")
            << QString("importance max_kernels");
        QTest::newRow("sweep with a fraction")
            << QByteArray(R"({"kind": "sweep", "bits": "2,2.5", "methods": "svid"})")
            << QString("calibration_inputs rounds token_weights");
        QTest::newRow("rule noise") << QByteArray(R"({"kind": "finetune"})") << QString("bool_lr");
        for (const char* rule : {"bold", "latent"})
            QTest::newRow(rule) << QByteArray(R"({"kind": "finetune", "bool_rule": ")") + rule + "\"}"
                                << QString("bool_beta bool_cap bool_clip bool_threshold flips_per_token");
        QTest::newRow("scales alone") << QByteArray(R"({"kind": "finetune", "train": "scales"})")
                                      << QString("bool_beta bool_cap bool_clip bool_lr bool_rule "
                                                 "bool_threshold bool_wait flips_per_token trial_every");
        QTest::newRow("others") << QByteArray(R"({"kind": "evaluate"})") << QString();
    }

    void whatDoesNothingIsKnown()
    {
        QFETCH(QByteArray, job);
        QFETCH(QString, unused);
        QCOMPARE(unusedKeys(jobOf(job)), unused);
    }

    void everyReasonIsASentence()
    {
        for (const char* text :
             {R"({"kind": "convert", "method": "svid"})", R"({"kind": "convert", "bits": 2})",
              R"({"kind": "convert", "target_size": "8MB", "importance": "none"})",
              R"({"kind": "finetune", "bool_rule": "bold"})", R"({"kind": "finetune", "train": "scales"})"})
            for (const auto& [key, reason] : unusedOptions(jobOf(text)))
                QVERIFY2(reason.ends_with('.'), reason.c_str());
    }

    void aMissingCalibrationTextIsAnError_data()
    {
        QTest::addColumn<QByteArray>("job");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("gptq") << QByteArray(R"("method": "gptq")")
                              << QByteArray("gptq needs a calibration text, --calibration is missing");
        QTest::newRow("loss") << QByteArray(R"("bits": 2.5)")
                              << QByteArray(
                                     "importance loss needs a calibration text, --calibration is missing");
        QTest::newRow("given") << QByteArray(R"("bits": 2.5, "calibration": "self")") << QByteArray();
        QTest::newRow("none") << QByteArray(R"("bits": 2.5, "importance": "none")") << QByteArray();
        QTest::newRow("refined") << QByteArray(R"("method": "refined")") << QByteArray();
        QTest::newRow("two budgets") << QByteArray(R"("bits": 2, "target_size": "8MB")")
                                     << QByteArray("exclude each other");
    }

    void aMissingCalibrationTextIsAnError()
    {
        QFETCH(QByteArray, job);
        QFETCH(QByteArray, message);
        const Job made = jobOf(R"({"kind": "convert", "model": "/m", "output": "/o", )" + job + "}");
        const Status status = made.validate();
        QCOMPARE(bool(status), message.isEmpty());
        if (status) return;
        QCOMPARE(status.error().code, ErrorCode::Usage);
        QVERIFY2(QByteArray::fromStdString(status.error().message).contains(message),
                 status.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestOptionUse)
#include "test_option_use.moc"
