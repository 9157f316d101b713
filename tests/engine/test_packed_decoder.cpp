// SPDX-License-Identifier: Apache-2.0
// The decoder without LibTorch on a Boolean model, against the LibTorch engine.
#include "core/model/model_loader.h"
#include "core/runtime/bench_decode.h"
#include "core/runtime/decoder.h"
#include "job_helpers.h"
#include "kernels/isa.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <algorithm>
#include <cmath>
#include <torch/all.h>

using namespace boolab;

class TestPackedDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        SilentObserver silent;
        m_folder = m_temporary.filePath("k2").toStdString();
        auto converted = runJob(
            makeJob(
                {{"kind", "convert"}, {"model", BOOLAB_TINY_MODEL}, {"output", m_folder}, {"kernels", 2}}),
            silent);
        QVERIFY2(converted, converted ? "" : converted.error().text().c_str());
    }

    void logitsAreThoseOfTheEngine()
    {
        const auto expected = engineLogits();
        DecoderOptions options{.layers = DecoderOptions::Layers::Float32,
                               .embedding = kStored,
                               .cache = DecoderOptions::Cache::Float32,
                               .threads = 2};
        const double exact = relativeError(logits(options), expected);
        options.layers = DecoderOptions::Layers::Packed;
        const double packed = relativeError(logits(options), expected);
        options.cache = DecoderOptions::Cache::Float16;
        const double halves = relativeError(logits(options), expected);
        qInfo("float32 %.1e, packed %.1e, with a cache in halves %.1e", exact, packed, halves);
        QVERIFY(exact < 1e-5 && packed < 1e-3 && halves < 1e-3);
        // Something runs from packed bits and from halves: their rounding shows.
        QVERIFY(exact < packed && packed < halves);
    }

    void bitsAreThoseOfEveryIsaAndThreadCount()
    {
        const auto expected = logits({.threads = 1});
        for (const std::string& isa : kernels::supported_isas()) {
            if (isa == "reference") continue;
            QVERIFY(kernels::force_isa(isa));
            for (const int threads : {1, 3})
                QVERIFY2(logits({.threads = threads}) == expected, isa.c_str());
        }
        QVERIFY(kernels::force_isa(""));
    }

    void aCacheInPiecesIsTheWholeText()
    {
        auto decoder = Decoder::load(*ModelFiles::open(m_folder), {});
        KeyValueCache cache = decoder->emptyCache();
        std::vector<float> last;
        for (const std::int32_t token : m_tokens) {
            const DecoderInput input{&cache, {&token, 1}, false};
            const auto logits = decoder->forward({&input, 1});
            last.assign(logits.begin(), logits.end());
        }
        const auto whole = logits({});
        QVERIFY(std::equal(last.begin(), last.end(), whole.end() - static_cast<std::ptrdiff_t>(last.size())));
    }

    void theSessionWritesTheSameOnBoth()
    {
        SilentObserver silent;
        const auto text = [&](const char* runtime) {
            auto result = runJob(makeJob({{"kind", "generate"},
                                          {"model", m_folder},
                                          {"prompt", "Boolean"},
                                          {"tokens", 40},
                                          {"dtype", "float32"},
                                          {"runtime", runtime}}),
                                 silent);
            return result ? (*result)["text"].get<std::string>() : "error: " + result.error().text();
        };
        QCOMPARE(text("float32"), text("libtorch"));
        QVERIFY(!text("packed").starts_with("error"));
    }

    void allPositionsOfTheModelAreRead()
    {
        auto decoder = Decoder::load(*ModelFiles::open(m_folder), {});
        const std::int64_t most = decoder->config().maxPositions;
        std::vector<std::int32_t> tokens;
        for (std::int64_t i = 0; i < most; ++i)
            tokens.push_back(static_cast<std::int32_t>((i * 37 + 5) % decoder->config().vocabSize));
        KeyValueCache whole = decoder->emptyCache(), steps = decoder->emptyCache();
        const DecoderInput all{&whole, tokens, false};
        const auto logits = decoder->forward({&all, 1});
        const std::vector<float> expected(logits.begin(), logits.end());
        QVERIFY(std::ranges::all_of(expected, [](float logit) { return std::isfinite(logit); }));
        std::span<const float> last;
        for (const std::int32_t& token : tokens) {
            const DecoderInput one{&steps, {&token, 1}, false};
            last = decoder->forward({&one, 1});
        }
        QCOMPARE(steps.length(), most);
        QVERIFY(std::ranges::equal(last, expected));
    }

    void aTextEndsWithTheModelsPositions()
    {
        const Job job =
            makeJob({{"kind", "generate"}, {"model", m_folder}, {"prompt", "x"}, {"runtime", "packed"}});
        auto session = GenerateSession::open(job, openDecoderLogits);
        QVERIFY2(session, session ? "" : session.error().text().c_str());
        const std::int64_t most = ModelFiles::open(m_folder)->config().maxPositions;
        const auto go = [](const WrittenPiece&) { return true; };
        std::int64_t longest = 0;
        for (const unsigned seed : {1U, 2U, 3U, 4U, 5U, 6U}) { // some end by themselves
            const auto result =
                session->generate({.prompt = "Boolean", .tokens = 10000, .temperature = 1, .seed = seed}, go);
            QVERIFY2(result, result ? "" : result.error().text().c_str());
            longest = std::max(longest, result->promptTokens + result->newTokens);
            if (result->finishReason == "length") QCOMPARE(result->promptTokens + result->newTokens, most);
        }
        QCOMPARE(longest, most);
        // A letter is a token at least.
        const auto beyond = session->generate({.prompt = std::string(3000, 'x'), .tokens = 1}, go);
        QVERIFY(!beyond);
        QCOMPARE(beyond.error().code, ErrorCode::Usage);
        QVERIFY2(beyond.error().message.find("reads at most " + std::to_string(most)) != std::string::npos,
                 beyond.error().message.c_str());
    }

    void aModelThatComputesNanIsNamed_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<QString>("tensor");
        for (const char* runtime : {"packed", "float32", "libtorch"})
            for (const char* tensor :
                 {"model.norm.weight", "model.layers.1.mlp.down_proj.scale_out", "model.embed_tokens.weight"})
                QTest::addRow("%s, %s", runtime, tensor) << runtime << tensor;
    }
    /// Greedy as well as cut to the top k: from logits with a NaN no token is chosen.
    void aModelThatComputesNanIsNamed()
    {
        QFETCH(QString, runtime);
        QFETCH(QString, tensor);
        const auto broken = model_folders::copyOf(m_folder, m_temporary.filePath("broken").toStdString());
        model_folders::putNan(broken, tensor.toStdString());
        SilentObserver silent;
        for (const double temperature : {0.0, 1.0}) {
            const auto result = runJob(makeJob({{"kind", "generate"},
                                                {"model", broken.string()},
                                                {"prompt", "Boolean"},
                                                {"tokens", 8},
                                                {"dtype", "float32"},
                                                {"temperature", temperature},
                                                {"top_k", 5},
                                                {"top_p", 0.9},
                                                {"runtime", runtime.toStdString()}}),
                                       silent);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::BadInput);
            const QString text = QString::fromStdString(result.error().text());
            QVERIFY2(text.contains(QString::fromStdString(broken.string()) + ": the model computes NaN") &&
                         text.contains("inspect"),
                     qPrintable(text));
        }
    }

    void benchDecodeTellsNanFromAFaultOfTheOps()
    {
        const auto broken = model_folders::copyOf(m_folder, m_temporary.filePath("broken").toStdString());
        model_folders::putNan(broken, "model.norm.weight");
        SilentObserver silent;
        const auto result = benchDecode(
            {.model = broken.string(), .options = {}, .promptTokens = 20, .newTokens = 4, .repeat = 1},
            silent);
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("computes NaN") != std::string::npos,
                 result.error().text().c_str());
    }

    void onAGpuItIsRefused()
    {
        SilentObserver silent;
        auto job =
            makeJob({{"kind", "generate"}, {"model", m_folder}, {"prompt", "x"}, {"runtime", "packed"}});
        QVERIFY(job.set("device", "cuda"));
        auto result = runJob(job, silent);
        QVERIFY(!result);
    }

private:
    static constexpr auto kStored = DecoderOptions::Embedding::AsStored;

    std::vector<float> logits(const DecoderOptions& options) const
    {
        auto decoder = Decoder::load(*ModelFiles::open(m_folder), options);
        KeyValueCache cache = decoder->emptyCache();
        const DecoderInput input{&cache, m_tokens, true};
        const auto values = decoder->forward({&input, 1});
        return {values.begin(), values.end()};
    }

    std::vector<float> engineLogits() const
    {
        const torch::NoGradGuard noGrad;
        auto loaded = loadModel(*ModelFiles::open(m_folder), {});
        const at::Tensor ids =
            torch::tensor(std::vector<std::int64_t>(m_tokens.begin(), m_tokens.end())).unsqueeze(0);
        const at::Tensor values = loaded->model->logits(loaded->model->forward(ids).hidden).contiguous();
        return {values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel()};
    }

    static double relativeError(const std::vector<float>& actual, const std::vector<float>& expected)
    {
        double error = 0, size = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            error += std::pow(double(actual[i]) - double(expected[i]), 2);
            size += std::pow(double(expected[i]), 2);
        }
        return std::sqrt(error / size);
    }

    QTemporaryDir m_temporary;
    std::string m_folder;
    std::vector<std::int32_t> m_tokens = {5, 9, 31, 77, 2, 100, 64, 3, 18, 40};
};

QTEST_GUILESS_MAIN(TestPackedDecoder)
#include "test_packed_decoder.moc"
