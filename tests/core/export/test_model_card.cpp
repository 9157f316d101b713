// SPDX-License-Identifier: Apache-2.0
#include "core/export/export_output.h"
#include "core/export/model_card.h"
#include "export_fixture.h"

#include <QTest>

using namespace boolab;
using namespace model_folders;
namespace fs = std::filesystem;

namespace
{

RunRecord run(RunId id, const std::string& kind, const nlohmann::json& job, const nlohmann::json& result = {})
{
    RunRecord record;
    record.id = id;
    record.kind = kind;
    record.state = RunState::Done;
    record.createdAt = record.startedAt = static_cast<double>(10 * id);
    record.endedAt = record.createdAt + 5;
    nlohmann::json whole = job;
    whole["kind"] = kind;
    record.job = std::move(whole);
    record.result = result;
    return record;
}

nlohmann::json evaluation(const std::string& model, std::int64_t windows = 8)
{
    return {{"model", model}, {"perplexity", "/texts/wiki.txt"}, {"windows", windows}, {"runtime", "packed"}};
}

nlohmann::json measured(double perplexity, std::int64_t windows = 8)
{
    return {{"perplexity", perplexity}, {"windows", windows}};
}

/// Newest first: base measured, converted, finetuned in another folder, that measured twice.
std::vector<RunRecord> story()
{
    return {run(9, "evaluate", evaluation("/runs/tuned"), measured(30.25)),
            run(8, "evaluate", evaluation("/runs/tuned", 4), measured(31, 4)),
            run(7, "evaluate", evaluation("/runs/tuned"), measured(99)),
            run(6, "finetune",
                {{"student", "/runs/k2"},
                 {"teacher", "/models/base.gguf"},
                 {"data", "self"},
                 {"output", "/runs/tuned"}}),
            run(5, "evaluate", evaluation("/runs/tuned"), measured(1)), // of what stood there before
            run(4, "evaluate", evaluation("/runs/k2"), measured(77)),
            run(3, "convert",
                {{"model", "/models/base.gguf"},
                 {"output", "/runs/k2"},
                 {"method", "gptq"},
                 {"kernels", 2},
                 {"calibration", "/texts/c4.txt"}}),
            run(2, "evaluate", evaluation("/models/base.gguf"), measured(18.5)),
            run(1, "convert", {{"model", "/models/other.gguf"}, {"output", "/runs/k2"}, {"kernels", 4}})};
}

} // namespace

class TestModelCard : public QObject
{
    Q_OBJECT

    static std::string cardOf(const Job& job, const fs::path& model, const ModelHistory& history,
                              const ModelSource& origin)
    {
        const auto files = ModelFiles::open(model);
        return files ? modelCard({.job = job,
                                  .source = *files,
                                  .history = history,
                                  .origin = origin,
                                  .title = "Title",
                                  .weights = "model.safetensors",
                                  .fileBytes = 123456,
                                  .hasTokenizer = true})
                     : std::string();
    }
    static bool has(const std::string& card, const std::string& text)
    {
        const bool found = card.find(text) != std::string::npos;
        if (!found) qWarning("%s", card.c_str());
        return found;
    }

private Q_SLOTS:
    void theHistoryGoesBackToTheConversion()
    {
        const ModelHistory history = historyOf("/runs/tuned/", story());
        QCOMPARE(history.steps.size(), std::size_t{2});
        QCOMPARE(history.steps[0].id, RunId{3});
        QCOMPARE(history.steps[1].id, RunId{6});
        QCOMPARE(history.original, std::string("/models/base.gguf"));
        QCOMPARE(history.measured.size(), std::size_t{2});
        QCOMPARE(history.measured[0].perplexity, 30.25); // the newest of its protocol
        QCOMPARE(history.measured[0].windowTokens, std::int64_t{2048});
        QCOMPARE(history.measured[1].windows, std::int64_t{4});
        QCOMPARE(history.ofTheOriginal.size(), std::size_t{1});
        QCOMPARE(history.ofTheOriginal[0].perplexity, 18.5);
        QVERIFY(historyOf("/runs/elsewhere", story()).steps.empty());
    }

    void theCardTellsWhatIsKnown()
    {
        const ExportFixture made;
        const auto job = made.job("/runs/tuned", "safetensors", "out", "f16");
        const std::string card =
            cardOf(job, made.boolean(tinyLlama()), historyOf("/runs/tuned", story()),
                   {.name = "Base 1B", .licence = "apache-2.0", .repository = "org/base"});
        for (const char* line :
             {"license: apache-2.0\n", "base_model: org/base\n", "library_name: transformers\n", "# Title\n",
              "| base model | Base 1B (base) |", "| licence of the base model | apache-2.0 |",
              "| method | MBOK (arXiv 2505.22811), conversion by gptq, then finetuned |",
              "| format | Hugging Face folder, dense, F16 |",
              "| Boolean kernels per linear layer | 2; dense linear layers: 1 |",
              "| runs | 3 (convert), 6 (finetune) |",
              "| wiki.txt | 8 × 2048 tokens | packed | 30.250 | 18.500 | 9 |",
              "| wiki.txt | 4 × 2048 tokens | packed | 31.000 | not measured | 8 |",
              "AutoModelForCausalLM.from_pretrained",
              "boolab-cli convert base.gguf -o k2 --method gptq --kernels 2 --calibration c4.txt\n",
              "boolab-cli export tuned -o out --type f16\n"})
            QVERIFY(has(card, line));
        QVERIFY(card.find("/runs/") == std::string::npos && card.find("/models/") == std::string::npos);
    }

    void whatNobodyKnowsIsSaid()
    {
        const ExportFixture made;
        const fs::path model = made.boolean(tinyLlama());
        const auto result = made.run(made.job(model, "mbok", "out"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const std::string card = readFile(made.root() / "out" / "README.md");
        for (const char* line :
             {"| base model | not in the experiment database |",
              "| licence of the base model | unknown: ask the base model |",
              "conversion not in the experiment database |", "| runs | none in the experiment database |",
              "Perplexity: not measured.\n", "import boolab"})
            QVERIFY(has(card, line));
        QVERIFY(card.find("license:") == std::string::npos);
    }

    void filesSayWhereTheyAreFrom()
    {
        const ExportFixture made;
        const fs::path folder = copyOf(tinyLlama(), made.root() / "tiny");
        writeFile(folder / "README.md",
                  "---\nlanguage: en\nlicense: \"mit\"\nbase_model: org/tiny\n---\n# Tiny\nlicense: none\n");
        const ModelSource source = sourceOf(folder);
        QCOMPARE(source.name, std::string("tiny"));
        QCOMPARE(source.licence, std::string("mit"));
        QCOMPARE(source.repository, std::string("org/tiny"));
        QCOMPARE(sourceOf(folder / "model.safetensors").licence, std::string("mit"));
        QCOMPARE(frontMatterValue("# no front matter\nlicense: x\n", "license"), std::string());
        QVERIFY(made.run(made.job(folder, "gguf", "tiny.gguf")));
        QCOMPARE(sourceOf(made.root() / "tiny.gguf").licence, std::string("mit"));
    }

    void namesComeFromPlaces()
    {
        QCOMPARE(shownNameOf("/m/SmolLM2.Q4_1.gguf"), std::string("SmolLM2.Q4_1"));
        QCOMPARE(shownNameOf("/m/smol/"), std::string("smol"));
        QCOMPARE(shownNameOf("/m/smol/model.safetensors"), std::string("smol"));
        QCOMPARE(shownNameOf("/m/Llama-3.2-1B"), std::string("Llama-3.2-1B"));
    }
};

QTEST_GUILESS_MAIN(TestModelCard)
#include "test_model_card.moc"
