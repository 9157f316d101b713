// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/gguf_pre_name.h"

#include "core/tokenizer/gguf_pre_tokenizers.h"

namespace boolab
{

namespace
{

using Json = nlohmann::json;

// One name for each way to split that ggufPreTokenizer() knows.
constexpr const char* kNames[] = {"llama-bpe", "smaug-bpe", "qwen2",  "stablelm2",
                                  "smollm",    "gpt-2",     "default"};

/// What ByteLevel does before its bytes, where it is told to ("use_regex").
const Json& splitOfByteLevel()
{
    static const Json split = [] {
        const auto gpt2 = ggufPreTokenizer("gpt-2", {});
        return gpt2->preTokenizer["pretokenizers"][0];
    }();
    return split;
}

/// The steps of a pre-tokenizer in one list, without what changes no token.
void appendSteps(const Json& component, Json& steps)
{
    if (!component.is_object()) return;
    const std::string type = component.value("type", "");
    if (type == "Sequence") {
        for (const Json& step : component.value("pretokenizers", Json::array()))
            appendSteps(step, steps);
        return;
    }
    Json step = component;
    if (type == "ByteLevel") {
        if (component.value("use_regex", true)) steps.push_back(splitOfByteLevel());
        step = {{"type", type}, {"add_prefix_space", component.value("add_prefix_space", false)}};
    }
    steps.push_back(std::move(step));
}

Json stepsOf(const Json& component)
{
    Json steps = Json::array();
    appendSteps(component, steps);
    return steps;
}

} // namespace

std::optional<std::string> ggufPreName(const Json& tokenizer)
{
    const Json steps = stepsOf(tokenizer.value("pre_tokenizer", Json()));
    const Json model = tokenizer.value("model", Json::object());
    const bool ignoresMerges = model.is_object() && model.value("ignore_merges", false);
    for (const char* name : kNames) {
        const auto known = ggufPreTokenizer(name, {});
        if (known && known->ignoreMerges == ignoresMerges && stepsOf(known->preTokenizer) == steps &&
            known->normalizer == tokenizer.value("normalizer", Json()))
            return name;
    }
    return std::nullopt;
}

} // namespace boolab
