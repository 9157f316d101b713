// SPDX-License-Identifier: Apache-2.0
// Whole jobs with --device cuda where that is a device whose memory the host cannot reach
// (protected_device.h) and whose Boolean ops are the CUDA ones, emulated.
#include "core/boolean/layer_ops.h"
#include "core/engine/torch_device.h"
#include "tests/engine/finetune_fixture.h"
#include "tests/engine/protected_device.h"

#include <csignal>
#include <sys/wait.h>
#include <torch/utils.h>
#include <unistd.h>

using namespace boolab;

namespace
{

/// What a kernel does to the device's memory is no access of the host's.
class Opener final : public emulation::Observer
{
public:
    Opener() { emulation::observer = this; }
    ~Opener() override { emulation::observer = nullptr; }
    void before(const emulation::Launch&) override
    {
        ++launches;
        m_access.emplace();
    }
    void after() override { m_access.reset(); }

    int launches = 0;

private:
    std::optional<DeviceAccess> m_access;
};

} // namespace

class TestDeviceJobs : public FinetuneFixture
{
    Q_OBJECT

private:
    Result<nlohmann::json> run(nlohmann::json json, const std::string& device)
    {
        json["device"] = device;
        Opener opener;
        RecordingObserver observer;
        auto result = runJob(makeJob(json), observer);
        m_warnings = observer.warnings;
        m_launches = opener.launches;
        return result;
    }

    std::vector<std::string> m_warnings;
    int m_launches = 0;

private Q_SLOTS:
    void initTestCase()
    {
        makeStudentAndText();
        substituteCudaDevice(protectedDevice());
    }
    void init()
    {
        setLayerOps(protectedDevice(), nullptr); // gives back what it holds of the emulated memory
        emulation::device = {};
    }

    /// The test's own ground: what it is to find does end the process, or throws.
    void hostAccessIsFound()
    {
        const at::Tensor tensor = at::ones({8}, at::TensorOptions().device(protectedDevice()));
        const pid_t child = fork();
        if (child == 0) {
            std::signal(SIGSEGV, SIG_DFL);
            _exit(*tensor.const_data_ptr<float>() == 1.0f ? 0 : 1);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
        const DeviceAccess access;
        QCOMPARE(*tensor.const_data_ptr<float>(), 1.0f);
        QVERIFY_EXCEPTION_THROWN((void)(tensor + at::ones({8})), c10::Error);
    }

    void finetunesLikeTheCpu_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::newRow("default") << QByteArray(R"({})");
        QTest::newRow("all kernels, micro-batches") << QByteArray(R"({"train": "all", "grad_accum": 2})");
        QTest::newRow("exact accumulation") << QByteArray(R"({"exact_accumulation": true, "grad_accum": 2})");
        QTest::newRow("scales and norms") << QByteArray(R"({"train": "scales", "train_norms": true})");
        QTest::newRow("bold") << QByteArray(R"({"bool_rule": "bold", "bool_lr": 300.0})");
        QTest::newRow("latent") << QByteArray(R"({"bool_rule": "latent", "bool_lr": 0.005})");
        QTest::newRow("trials") << QByteArray(R"({"trial_every": 2})");
        QTest::newRow("watched") << QByteArray(
            R"({"eval_every": 4, "sample_every": 5, "save_every": 3, "held_out_windows": 2})");
        QTest::newRow("cached teacher") << QByteArray(R"({"teacher_cache": 16})");
        QTest::newRow("checkpointed activations") << QByteArray(R"({"activation_checkpointing": true})");
        QTest::newRow("own text") << QByteArray(R"({"data": "self", "self_tokens": 512, "self_batch": 4})");
    }

    void finetunesLikeTheCpu()
    {
        QFETCH(QByteArray, changes);
        const QString name = QTest::currentDataTag();
        auto json = nlohmann::json::parse(changes.toStdString());
        json["steps"] = 6;
        const auto expected = run(job(name, json), "cpu");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QCOMPARE(m_launches, 0);
        const auto actual = run(job(name + " device", json), "cuda");
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY(m_launches > 0);
        QVERIFY2(m_warnings.empty(), m_warnings.empty() ? "" : m_warnings[0].c_str());
        const double loss = (*expected)["loss"], there = (*actual)["loss"];
        // Between the layers the operators round otherwise, and now and then a bit follows.
        QVERIFY2(std::abs(there - loss) < 0.01 * loss, qPrintable(QString("%1, %2").arg(there).arg(loss)));
    }

    void finetunesInBfloat16()
    {
        const auto expected = run(job("narrow", {{"dtype", "bfloat16"}, {"train", "scales"}}), "cpu"),
                   actual = run(job("narrow device", {{"dtype", "auto"}, {"train", "scales"}}), "cuda:0");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        const double loss = (*expected)["loss"], there = (*actual)["loss"];
        QVERIFY2(std::abs(there - loss) < 0.05 * loss, qPrintable(QString("%1, %2").arg(there).arg(loss)));
    }

    /// A checkpoint knows no device.
    void continuesOnTheOtherDevice_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::newRow("to the device") << "cpu"
                                       << "cuda";
        QTest::newRow("from the device") << "cuda"
                                         << "cpu";
        QTest::newRow("on the device") << "cuda"
                                       << "cuda";
    }

    void continuesOnTheOtherDevice()
    {
        QFETCH(QString, first);
        QFETCH(QString, second);
        const nlohmann::json half = {{"steps", 6}, {"schedule", "constant"}},
                             whole = {{"schedule", "constant"}};
        const QString tag = QTest::currentDataTag();
        const auto expected = run(job(tag + " whole", whole), second.toStdString());
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        const auto begun = run(job(tag, half), first.toStdString());
        QVERIFY2(begun, begun ? "" : begun.error().text().c_str());
        nlohmann::json more = job(tag, whole);
        more["resume"] = true;
        const auto ended = run(more, second.toStdString());
        QVERIFY2(ended, ended ? "" : ended.error().text().c_str());
        const double loss = (*expected)["loss"], there = (*ended)["loss"];
        QVERIFY2(std::abs(there - loss) < 0.01 * loss, qPrintable(QString("%1, %2").arg(there).arg(loss)));
        if (first != second) return;
        const QByteArray file = bytes(path(tag + " whole") + "/model.safetensors");
        QVERIFY(!file.isEmpty());
        QVERIFY(bytes(path(tag) + "/model.safetensors") == file);
    }

    /// Where our ops cannot be used LibTorch's own do the work, and the user is told.
    void worksWithoutOurOps_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::newRow("default") << QByteArray(R"({})");
        QTest::newRow("all kernels, micro-batches") << QByteArray(R"({"train": "all", "grad_accum": 2})");
    }

    void worksWithoutOurOps()
    {
        QFETCH(QByteArray, changes);
        const QString name = QString("plain ") + QTest::currentDataTag();
        const auto json = nlohmann::json::parse(changes.toStdString());
        const auto expected = run(job(name, json), "cuda");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        emulation::device.major = 7;
        const auto actual = run(job(name + " without", json), "cuda");
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QCOMPARE(m_launches, 0);
        QCOMPARE(m_warnings.size(), std::size_t{1});
        QVERIFY2(m_warnings[0].find("LibTorch's own operators") != std::string::npos, m_warnings[0].c_str());
        const double loss = (*expected)["loss"], there = (*actual)["loss"];
        QVERIFY2(std::abs(there - loss) < 0.01 * loss, qPrintable(QString("%1, %2").arg(there).arg(loss)));
    }

    void missingCudaHalfIsNamed()
    {
        substituteCudaDevice(std::nullopt);
        const auto ended =
            run({{"kind", "evaluate"}, {"model", path("student")}, {"perplexity", path("text.txt")}}, "cuda");
        substituteCudaDevice(protectedDevice());
        if (ended) QSKIP("this machine has a CUDA device");
        QCOMPARE(ended.error().code, ErrorCode::Unsupported);
        QVERIFY2(ended.error().message.find("/lib/libtorch_cuda.so") != std::string::npos,
                 ended.error().message.c_str());
    }

    void evaluatesLikeTheCpu()
    {
        const nlohmann::json json = {{"kind", "evaluate"},
                                     {"model", path("student")},
                                     {"perplexity", path("text.txt")},
                                     {"seq_len", 64},
                                     {"windows", 3},
                                     {"reference", BOOLAB_TINY_MODEL},
                                     {"dtype", "float32"}};
        const auto expected = run(json, "cpu"), actual = run(json, "cuda");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY(m_launches > 0);
        for (const char* figure : {"perplexity", "kl_divergence", "top_1_agreement"})
            QVERIFY(std::abs((*actual)[figure].get<double>() / (*expected)[figure].get<double>() - 1) < 1e-4);
    }

    void generatesLikeTheCpu()
    {
        const nlohmann::json json = {
            {"kind", "generate"}, {"model", path("student")}, {"prompt", "Line 1"}, {"tokens", 24},
            {"temperature", 0.0}, {"runtime", "libtorch"},    {"dtype", "float32"}};
        const auto expected = run(json, "cpu"), actual = run(json, "cuda");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY(m_launches > 0);
        QCOMPARE((*actual)["text"], (*expected)["text"]);
    }
};

QTEST_GUILESS_MAIN(TestDeviceJobs)
#include "test_device_jobs.moc"
