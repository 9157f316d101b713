// SPDX-License-Identifier: Apache-2.0
// Whole jobs with --device cuda where that is a device whose memory the host cannot reach
// (protected_device.h) and whose Boolean ops are the CUDA ones, emulated.
#include "core/boolean/layer_ops.h"
#include "core/engine/torch_device.h"
#include "core/model/model_loader.h"
#include "kernels/bool_gemm.h"
#include "tests/engine/finetune_fixture.h"
#include "tests/engine/protected_device.h"

#include <csignal>
#include <sys/wait.h>
#include <torch/all.h>
#include <unistd.h>

using namespace boolab;

namespace
{

/// What a kernel does to the device's memory is no access of the host's. Counts launches, and damages what
/// one kernel leaves in the emulated memory.
class Opener final : public emulation::Observer
{
public:
    Opener() { emulation::observer = this; }
    ~Opener() override { emulation::observer = nullptr; }
    void before(const emulation::Launch& launch) override
    {
        ++launches;
        m_now = std::string(launch.kernel);
        products += m_now.find("quantize_token") != std::string::npos; // every product begins so
        m_access.emplace();
    }
    void after() override
    {
        m_access.reset();
        if (damaged.empty() || m_now.find(damaged) == std::string::npos) return;
        for (const auto& [memory, size] : emulation::allocations)
            if (size == damagedBytes) memory[size / 2] = static_cast<char>(memory[size / 2] ^ 1);
    }

    int launches = 0, products = 0;
    std::string damaged;
    std::size_t damagedBytes = 0;

private:
    std::string m_now;
    std::optional<DeviceAccess> m_access;
};

/// Of the check at start (core/boolean/cuda_gemm_check.cpp).
constexpr int kCheckedProducts = 4;

/// y (T, M) of x (T, N) float32 by the CPU's packed product.
at::Tensor cpuProduct(const BooleanLayer& layer, const at::Tensor& x)
{
    const at::Device host(at::kCPU);
    const at::Tensor bits = layer.bits().to(host), scaleOut = layer.scaleOut().to(host),
                     scaleIn = layer.scaleIn().to(host);
    const kernels::BoolKernels view{layer.kernelCount(),
                                    layer.outFeatures(),
                                    layer.inFeatures(),
                                    bits.mutable_data_ptr<std::uint8_t>(),
                                    scaleOut.mutable_data_ptr<float>(),
                                    scaleIn.mutable_data_ptr<float>()};
    kernels::AlignedBuffer<std::uint8_t> packed(kernels::packed_bytes(view.K, view.M, view.N));
    const at::Tensor y = at::empty({x.size(0), view.M});
    kernels::GemmScratch scratch;
    const kernels::GemmTask task{kernels::pack_kernels(view, packed.data(), 1), x.const_data_ptr<float>(),
                                 y.mutable_data_ptr<float>()};
    kernels::bool_gemm({&task, 1}, x.size(0), scratch, 1);
    return y;
}

} // namespace

class TestDeviceJobs : public FinetuneFixture
{
    Q_OBJECT

private:
    Result<nlohmann::json> run(nlohmann::json json, const std::string& device)
    {
        json["device"] = device;
        Opener opener;
        opener.damaged = m_damaged;
        opener.damagedBytes = m_damagedBytes;
        RecordingObserver observer;
        auto result = runJob(makeJob(json), observer);
        m_warnings = observer.warnings;
        m_launches = opener.launches;
        m_products = opener.products;
        return result;
    }

    nlohmann::json generation(const char* runtime) const
    {
        return {{"kind", "generate"}, {"model", path("student")}, {"prompt", "Line 1"}, {"tokens", 24},
                {"temperature", 0.0}, {"runtime", runtime},       {"dtype", "float32"}};
    }

    std::vector<std::string> m_warnings;
    int m_launches = 0, m_products = 0;
    std::string m_damaged; ///< kernel
    std::size_t m_damagedBytes = 0;

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
        m_damaged.clear();
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
        for (const std::string& warning : m_warnings) // of anything else, as on the CPU
            QVERIFY2(warning.find("LibTorch's own operators") == std::string::npos, warning.c_str());
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
        QCOMPARE(m_products, kCheckedProducts); // dense weights alone
        for (const char* figure : {"perplexity", "kl_divergence", "top_1_agreement"})
            QVERIFY(std::abs((*actual)[figure].get<double>() / (*expected)[figure].get<double>() - 1) < 1e-4);
    }

    /// As training and evaluation compute: by dense weights.
    void generatesLikeTheCpu()
    {
        const auto expected = run(generation("libtorch"), "cpu"),
                   actual = run(generation("libtorch"), "cuda");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY(m_launches > 0);
        QCOMPARE(m_products, kCheckedProducts);
        QCOMPARE((*actual)["text"], (*expected)["text"]);
    }

    /// By itself straight from the bits, as the CPU's decoder does.
    void generatesFromBitsLikeTheCpu()
    {
        nlohmann::json packed = generation("packed");
        packed["embedding"] = "stored";
        packed["kv_cache"] = "float32";
        const auto expected = run(packed, "cpu"), actual = run(generation("auto"), "cuda");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY2(m_warnings.empty(), m_warnings.empty() ? "" : m_warnings[0].c_str());
        QVERIFY((*actual)["prompt_tokens"].get<int>() <= LayerProduct::kMostTokens);
        QCOMPARE(m_products, kCheckedProducts + 14 * (*actual)["tokens"].get<int>());
        QCOMPARE((*actual)["text"], (*expected)["text"]);
    }

    /// A prompt that is longer is multiplied by dense weights, which are not kept.
    void readsLongPromptsByDenseWeights()
    {
        nlohmann::json json = generation("auto");
        json["prompt"] = "Line 1 speaks of kernels, scales and bits.";
        const auto actual = run(json, "cuda");
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QVERIFY((*actual)["prompt_tokens"].get<int>() > LayerProduct::kMostTokens);
        QCOMPARE(m_products, kCheckedProducts + 14 * ((*actual)["tokens"].get<int>() - 1));
        json["runtime"] = "libtorch";
        const auto expected = run(json, "cpu");
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        QCOMPARE((*actual)["text"], (*expected)["text"]);
    }

    void layersMultiplyFromBitsLikeTheCpu_data()
    {
        QTest::addColumn<bool>("narrow");
        QTest::newRow("float32") << false;
        QTest::newRow("bfloat16") << true;
    }

    void layersMultiplyFromBitsLikeTheCpu()
    {
        QFETCH(bool, narrow);
        const auto dtype = narrow ? at::kBFloat16 : at::kFloat;
        const torch::NoGradGuard noGrad;
        Opener opener;
        nlohmann::json json = generation("auto");
        json["device"] = "cuda";
        QVERIFY(openTorchDevice(makeJob(json),
                                [](const std::string& warning) { qFatal("%s", warning.c_str()); }));
        const auto loaded =
            loadModel(*ModelFiles::open(path("student")),
                      {.dtype = dtype, .device = protectedDevice(), .multiplyFromBits = true});
        QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(loaded->booleanLayers.size(), std::size_t{14});
        int products = opener.products;
        for (const auto& layer : loaded->booleanLayers)
            for (const std::int64_t T : {1, 2, 4, 5, 16}) {
                const at::Tensor x = torch::randn({1, T, layer->inFeatures()}).to(dtype);
                const at::Tensor y = layer->forward(x.to(protectedDevice()));
                QCOMPARE(opener.products, ++products);
                QCOMPARE(y.scalar_type(), dtype);
                const at::Tensor expected = cpuProduct(*layer, x[0].to(at::kFloat)).to(dtype).unsqueeze(0);
                QVERIFY2(torch::equal(y.to(at::kCPU), expected), layer->name().c_str());
            }
    }

    /// More tokens, or a gradient, take the dense weight.
    void layersMultiplyByTheDenseWeightElsewhere()
    {
        Opener opener;
        nlohmann::json json = generation("auto");
        json["device"] = "cuda";
        QVERIFY(openTorchDevice(makeJob(json),
                                [](const std::string& warning) { qFatal("%s", warning.c_str()); }));
        const auto loaded = loadModel(*ModelFiles::open(path("student")),
                                      {.device = protectedDevice(), .multiplyFromBits = true});
        QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
        BooleanLayer& layer = *loaded->booleanLayers[0];
        const int products = opener.products;
        const at::Tensor W = layer.denseWeight(at::kFloat).to(at::kCPU);
        const at::Tensor many = torch::randn({17, layer.inFeatures()}),
                         one = torch::randn({1, layer.inFeatures()});
        const at::Tensor x = one.to(protectedDevice()).requires_grad_(true);
        QVERIFY(torch::equal(layer.forward(many.to(protectedDevice())).to(at::kCPU), at::linear(many, W)));
        const at::Tensor y = layer.forward(x);
        QVERIFY(torch::equal(y.detach().to(at::kCPU), at::linear(one, W)));
        y.sum().backward();
        QVERIFY(at::allclose(x.grad().to(at::kCPU), W.sum(0, /*keepdim=*/true), 1e-4, 1e-5));
        QCOMPARE(opener.products, products);
    }

    /// The check at start finds a product that differs, and nothing of it reaches a text.
    void wrongProductFallsBack()
    {
        const auto expected = run(generation("libtorch"), "cpu");
        m_damaged = "gemm_bit_planes";
        m_damagedBytes = 21 * sizeof(float); // y of one token
        const auto actual = run(generation("auto"), "cuda");
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        QCOMPARE(m_warnings.size(), std::size_t{1});
        for (const char* part :
             {"LibTorch's own operators", "the products (bool_gemm) of a small layer differ"})
            QVERIFY2(m_warnings[0].find(part) != std::string::npos, m_warnings[0].c_str());
        QCOMPARE(m_products, 1); // the first that is checked
        QCOMPARE((*actual)["text"], (*expected)["text"]);
    }
};

QTEST_GUILESS_MAIN(TestDeviceJobs)
#include "test_device_jobs.moc"
