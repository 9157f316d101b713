// SPDX-License-Identifier: Apache-2.0
// The decoder without LibTorch on tiny random models, against transformers
// (tests/golden/make_llama_golden.py).
#include "core/base/mapped_file.h"
#include "core/runtime/decoder.h"
#include "tests/core/formats/model_folders.h"

#include <QDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace boolab;

namespace
{

using Tokens = std::vector<std::int32_t>;

QString folder(const QString& name)
{
    return QStringLiteral(BOOLAB_SOURCE_DIR "/tests/engine/data/llama/") + name;
}

nlohmann::json golden(const QString& name)
{
    return nlohmann::json::parse(*readTextFile((folder(name) + "/golden.json").toStdString()));
}

void everyCase()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : QDir(folder("")).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
        QTest::newRow(qPrintable(name)) << name;
}

Result<Decoder> load(const QString& path, int threads = 1,
                     DecoderOptions::Embedding embedding = DecoderOptions::Embedding::AsStored)
{
    auto files = ModelFiles::open(path.toStdString());
    if (!files) return std::unexpected(files.error());
    return Decoder::load(*files, {.layers = DecoderOptions::Layers::Float32,
                                  .embedding = embedding,
                                  .cache = DecoderOptions::Cache::Float32,
                                  .threads = threads});
}

std::vector<float> logitsOf(Decoder& decoder, KeyValueCache& cache, const Tokens& tokens, bool all = false)
{
    const DecoderInput input{&cache, tokens, all};
    const auto logits = decoder.forward({&input, 1});
    return {logits.begin(), logits.end()};
}

std::int32_t greedy(std::span<const float> logits)
{
    return static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin());
}

} // namespace

class TestDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logitsEqualTransformers_data() { everyCase(); }
    void logitsEqualTransformers()
    {
        QFETCH(QString, name);
        const auto json = golden(name);
        auto decoder = load(folder(name));
        QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
        const auto V = static_cast<std::size_t>(decoder->config().vocabSize);
        double worst = 0;
        std::size_t row = 0;
        for (const auto& sequence : json["ids"]) {
            KeyValueCache cache = decoder->emptyCache();
            const auto logits = logitsOf(*decoder, cache, sequence.get<Tokens>(), true);
            QCOMPARE(logits.size(), sequence.size() * V);
            for (const std::size_t position : json["positions"]) {
                const auto expected = json["logits"][row++].get<std::vector<float>>();
                for (std::size_t v = 0; v < V; ++v)
                    worst = std::max(worst, std::abs(double(logits[position * V + v]) - double(expected[v])));
            }
        }
        QCOMPARE(row, json["logits"].size());
        QVERIFY2(worst < 1e-4, qPrintable(QString("largest difference %1").arg(worst)));
    }

    void greedyTokensWithACacheEqualTransformers_data() { everyCase(); }
    void greedyTokensWithACacheEqualTransformers()
    {
        QFETCH(QString, name);
        const auto expected = golden(name)["greedy"].get<Tokens>();
        auto decoder = load(folder(name), 3);
        QVERIFY(decoder);
        KeyValueCache cache = decoder->emptyCache();
        Tokens ids(expected.begin(), expected.begin() + 8);
        logitsOf(*decoder, cache, {ids.begin(), ids.begin() + 3});
        auto logits = logitsOf(*decoder, cache, {ids.begin() + 3, ids.end()});
        while (ids.size() < expected.size()) {
            ids.push_back(greedy(logits));
            logits = logitsOf(*decoder, cache, {ids.back()});
        }
        QCOMPARE(ids, expected);
    }

    void sequencesTogetherAreTheSequencesAlone()
    {
        auto decoder = load(QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama"), 2);
        QVERIFY2(decoder, decoder ? "" : decoder.error().text().c_str());
        const auto V = static_cast<std::int32_t>(decoder->config().vocabSize);
        std::vector<Tokens> texts;
        for (const int length : {1, 70, 5}) { // the second is longer than what is computed at once
            texts.emplace_back();
            for (int i = 0; i < length; ++i)
                texts.back().push_back((i * 37 + length) % V);
        }
        std::vector<float> alone;
        std::vector<KeyValueCache> caches;
        for (const Tokens& text : texts) {
            KeyValueCache cache = decoder->emptyCache();
            const auto logits = logitsOf(*decoder, cache, text);
            alone.insert(alone.end(), logits.begin(), logits.end());
            QCOMPARE(cache.length(), std::int64_t(text.size()));
            caches.push_back(decoder->emptyCache());
        }
        std::vector<DecoderInput> inputs;
        for (std::size_t i = 0; i < texts.size(); ++i)
            inputs.push_back({&caches[i], texts[i], false});
        const auto together = decoder->forward(inputs);
        QVERIFY(std::ranges::equal(together, alone));
    }

    void aTruncatedCacheGoesOnFromThere()
    {
        auto decoder = load(QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama"));
        QVERIFY(decoder);
        KeyValueCache cache = decoder->emptyCache(), other = decoder->emptyCache();
        logitsOf(*decoder, cache, {1, 2, 3, 4, 5});
        cache.truncate(2);
        logitsOf(*decoder, other, {1, 2});
        QVERIFY(logitsOf(*decoder, cache, {9}) == logitsOf(*decoder, other, {9}));
    }

    void embeddingsInBytesAreClose()
    {
        const QString model = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
        auto exact = load(model), bytes = load(model, 1, DecoderOptions::Embedding::Int8);
        QVERIFY(exact && bytes);
        QVERIFY(bytes->weightBytes() < exact->weightBytes());
        KeyValueCache one = exact->emptyCache(), two = exact->emptyCache();
        const auto a = logitsOf(*exact, one, {5, 6, 7, 8}), b = logitsOf(*bytes, two, {5, 6, 7, 8});
        double error = 0, size = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            error += std::pow(double(a[i]) - double(b[i]), 2);
            size += std::pow(double(a[i]), 2);
        }
        QVERIFY2(error < 1e-3 * size, qPrintable(QString::number(error / size)));
        QVERIFY(error > 0);
    }

    void anEmbeddingApartFromTheHeadIsNotReadWhole()
    {
        using Embedding = DecoderOptions::Embedding;
        for (const auto& path : {model_folders::tinyLlama(), model_folders::llama("plain")}) {
            const auto files = ModelFiles::open(path);
            QVERIFY2(files, files ? "" : files.error().text().c_str());
            const ModelConfig& config = files->config();
            for (const Embedding embedding : {Embedding::Int8, Embedding::AsStored}) {
                const auto decoder = Decoder::load(*files, {.embedding = embedding});
                QVERIFY(decoder);
                const std::int64_t stored =
                    files->find("model.embed_tokens.weight")->dtype == DType::BF16 ? 2 : 4;
                const std::int64_t row =
                    embedding == Embedding::Int8 ? config.hiddenSize + 4 : config.hiddenSize * stored;
                QCOMPARE(decoder->weightBytes() - decoder->bytesReadPerToken(),
                         config.tieWordEmbeddings ? 0 : (config.vocabSize - 1) * row);
            }
        }
    }

    void memoryThatRunsOutIsAnError()
    {
#if defined(__SANITIZE_ADDRESS__)
        QSKIP("a sanitizer's own memory does not fit a limit");
#endif
        const auto files = ModelFiles::open(model_folders::tinyLlama());
        QVERIFY(files);
        std::ifstream statm("/proc/self/statm");
        rlim_t pages = 0;
        statm >> pages;
        rlimit before = {};
        getrlimit(RLIMIT_AS, &before);
        rlimit little = before; // more than what there is: enough for a message, not for weights
        little.rlim_cur = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (rlim_t{8} << 20);
        QVERIFY(setrlimit(RLIMIT_AS, &little) == 0);
        const auto decoder = Decoder::load(*files, {.threads = 1});
        setrlimit(RLIMIT_AS, &before);
        QVERIFY(!decoder);
        QCOMPARE(decoder.error().code, ErrorCode::OutOfMemory);
        QVERIFY2(decoder.error().message.find("tiny-llama") != std::string::npos,
                 decoder.error().message.c_str());
        QVERIFY(Decoder::load(*files, {.threads = 1}));
    }

    void tellsWhatDoesNotFit()
    {
        QTemporaryDir temporary;
        const QString source = folder(QDir(folder("")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).first());
        for (const QString& name : QDir(source).entryList(QDir::Files))
            QFile::copy(source + "/" + name, temporary.filePath(name));
        QFile config(temporary.filePath("config.json"));
        config.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(config.open(QIODevice::ReadOnly));
        auto json = nlohmann::json::parse(config.readAll().toStdString());
        config.close();
        json["intermediate_size"] = json["intermediate_size"].get<int>() * 2;
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(QByteArray::fromStdString(json.dump()));
        config.close();
        const auto decoder = load(temporary.path());
        QVERIFY(!decoder);
        QCOMPARE(decoder.error().code, ErrorCode::BadInput);
        QVERIFY2(decoder.error().message.find("gate_proj") != std::string::npos,
                 decoder.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestDecoder)
#include "test_decoder.moc"
