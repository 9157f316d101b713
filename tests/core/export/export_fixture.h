// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/export/export_model.h"
#include "core/runtime/decoder.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <memory>

/// Models in a folder of their own, and jobs that export them.
class ExportFixture
{
public:
    std::filesystem::path root() const { return m_folder.path().toStdString(); }

    boolab::Job job(const std::filesystem::path& model, const std::string& format, const std::string& output,
                    const std::string& type = "auto") const
    {
        boolab::Job job(boolab::JobKind::Export);
        const std::pair<const char*, std::string> values[] = {{"model", model.string()},
                                                              {"format", format},
                                                              {"output", (root() / output).string()},
                                                              {"weight_type", type},
                                                              {"db", (root() / "none.sqlite").string()}};
        for (const auto& [key, value] : values)
            if (!job.set(key, value)) qFatal("%s", key);
        return job;
    }

    /// A model of the engine's tests, with a tokenizer that fits its small vocabulary.
    std::filesystem::path withTokenizer(const std::string& name) const
    {
        const auto folder = model_folders::copyOf(model_folders::llama(name), root() / name);
        nlohmann::json vocabulary;
        std::int64_t id = 0;
        for (const char* token : {"<s>", "</s>", "a", "b", "c", "e", "n", "t", "Ġ", "Ġt", "en", "é"})
            vocabulary[token] = id++;
        const nlohmann::json added = {{{"id", 0}, {"content", "<s>"}, {"special", true}},
                                      {{"id", 1}, {"content", "</s>"}, {"special", true}}};
        writeFile(
            folder / "tokenizer.json",
            nlohmann::json{
                {"added_tokens", added},
                {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
                {"decoder", {{"type", "ByteLevel"}}},
                {"model",
                 {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", nlohmann::json::array({"Ġ t", "e n"})}}}}
                .dump());
        writeFile(folder / "tokenizer_config.json", R"({"bos_token": "<s>", "eos_token": "</s>"})");
        return folder;
    }

    /// The same with one in the manner of LLaMA 2: "▁" for spaces, a byte for what the vocabulary lacks.
    std::filesystem::path withSentencePiece(const std::string& name, bool byMetaspace) const
    {
        const auto folder = withTokenizer(name);
        editJson(folder / "tokenizer.json", [&](nlohmann::json& tokenizer) {
            nlohmann::json vocabulary;
            std::int64_t id = 0;
            for (const char* token :
                 {"<unk>", "<s>", "</s>", "<0x21>", "▁", "a", "b", "n", "t", "e", "▁t", "en"})
                vocabulary[token] = id++;
            for (nlohmann::json& added : tokenizer["added_tokens"])
                added["id"] = vocabulary[added["content"].get<std::string>()];
            const nlohmann::json spaces = {
                {"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}};
            const nlohmann::json steps = {{{"type", "Prepend"}, {"prepend", "▁"}}, spaces};
            tokenizer["normalizer"] = {{"type", "Sequence"}, {"normalizers", steps}};
            tokenizer["pre_tokenizer"] = nullptr;
            if (byMetaspace) {
                tokenizer["normalizer"] = nullptr;
                tokenizer["pre_tokenizer"] = {{"type", "Metaspace"},
                                              {"replacement", "▁"},
                                              {"prepend_scheme", "first"},
                                              {"split", false}};
            }
            const nlohmann::json back = {
                {{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}},
                {{"type", "ByteFallback"}},
                {{"type", "Fuse"}},
                {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}};
            tokenizer["decoder"] = {{"type", "Sequence"}, {"decoders", back}};
            tokenizer["model"] = {{"type", "BPE"},    {"unk_token", "<unk>"}, {"byte_fallback", true},
                                  {"fuse_unk", true}, {"vocab", vocabulary},  {"merges", {"e n", "▁ t"}}};
        });
        writeFile(folder / "tokenizer_config.json",
                  R"({"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"})");
        return folder;
    }

    /// A Boolean model made from `dense`; its last layer stays dense.
    std::filesystem::path boolean(const std::filesystem::path& dense, std::int64_t embeddingBits = 16) const
    {
        const auto files = boolab::ModelFiles::open(dense);
        if (!files) qFatal("%s", files.error().message.c_str());
        auto layers = model_folders::layersOf(*files, 2);
        layers.pop_back();
        auto content = model_folders::contentOf(layers);
        content.scaleDType = boolab::DType::F16;
        content.otherDType = boolab::DType::F32;
        content.embeddingBits = embeddingBits;
        const auto folder = root() / (dense.filename().string() + "-boolean");
        const auto written = boolab::writeBooleanModel(folder, *files, content);
        if (!written) qFatal("%s", written.error().message.c_str());
        return folder;
    }

    static boolab::Result<nlohmann::json> run(const boolab::Job& job)
    {
        boolab::SilentObserver silent;
        return boolab::exportModel(job, silent);
    }

    /// Logits of a short text, dense in float32.
    static std::vector<float> logitsOf(const std::filesystem::path& model)
    {
        const auto files = boolab::ModelFiles::open(model);
        if (!files) return {};
        auto decoder =
            boolab::Decoder::load(*files, {.layers = boolab::DecoderOptions::Layers::Float32,
                                           .embedding = boolab::DecoderOptions::Embedding::AsStored,
                                           .cache = boolab::DecoderOptions::Cache::Float32});
        if (!decoder) return {};
        auto cache = decoder->emptyCache();
        const std::vector<std::int32_t> tokens = {1, 5, 2, 7, 3, 11, 4, 9};
        const boolab::DecoderInput input{&cache, tokens, true};
        const auto logits = decoder->forward({&input, 1});
        return {logits.begin(), logits.end()};
    }

private:
    QTemporaryDir m_folder;
};
