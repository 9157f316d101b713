// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::specs
{

namespace
{

/// Options that a sweep has in its own way.
constexpr std::string_view kOwn[] = {"model", "output", "method", "kernels", "bits", "target_size"};

bool isOwn(const OptionSpec& option)
{
    return std::ranges::find(kOwn, option.key) != std::end(kOwn);
}

OptionSpec outputFolder(const JobSpec& conversion)
{
    OptionSpec option = *conversion.find("output");
    option.help = "Gets one Boolean model folder per point, sweep.json and sweep.csv. The same sweep goes on "
                  "where it was.";
    return option;
}

OptionSpec methods(const JobSpec& conversion)
{
    return {.key = "methods",
            .flag = "--methods",
            .type = OptionType::Text,
            .label = "Methods",
            .help = "The methods of conversion to compare.",
            .defaultValue = "refined",
            .choices = conversion.find("method")->choices,
            .group = "Grid"};
}

OptionSpec bits()
{
    const std::string one = "[1-8](\\.[0-9]+)?";
    return {.key = "bits",
            .flag = "--bits",
            .type = OptionType::Text,
            .label = "Bits",
            .help =
                "Kernels per weight to compare, from 1 to 8, separated by commas. Whole numbers give every "
                "layer the same count, others are allocated where they help most.",
            .defaultValue = "1,1.5,2,2.5,3",
            .pattern = fmt::format("{0}(,{0})*", one),
            .expected = "numbers from 1 to 8, separated by commas, such as 1,1.5,2",
            .group = "Grid"};
}

} // namespace

JobSpec sweep()
{
    const JobSpec conversion = convert(), evaluation = evaluate();
    JobSpec spec{.kind = JobKind::Sweep,
                 .name = "sweep",
                 .title = "Sweep",
                 .summary = "Convert a model by several methods at several bits, and measure them all."};
    spec.options = {
        *conversion.find("model"),
        outputFolder(conversion),
        methods(conversion),
        bits(),
    };
    for (const char* key : {"perplexity", "seq_len", "windows"}) {
        OptionSpec option = *evaluation.find(key);
        option.required = option.key == "perplexity";
        spec.options.push_back(std::move(option));
    }
    for (const OptionSpec& option : conversion.options)
        if (!isOwn(option)) spec.options.push_back(option);
    return spec;
}

} // namespace boolab::specs
