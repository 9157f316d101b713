// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

namespace
{
// The largest integer that every JSON reader keeps exactly.
constexpr double kMaxSeed = 9007199254740991.0;
} // namespace

OptionSpec model(std::string help)
{
    return {.key = "model",
            .aliases = {"-m", "--model"},
            .type = OptionType::Path,
            .label = "Model",
            .help = std::move(help),
            .required = true,
            .group = "Model"};
}

OptionSpec embeddingType()
{
    return {.key = "embedding",
            .flag = "--embedding",
            .type = OptionType::Choice,
            .label = "Embeddings in memory",
            .help =
                "With packed: int8 keeps token embeddings and head in one byte per weight, a scale per row; "
                "stored keeps them as the file has them.",
            .defaultValue = "int8",
            .choices = {"int8", "stored"},
            .group = "Model",
            .advanced = true};
}

OptionSpec cacheType()
{
    return {.key = "kv_cache",
            .flag = "--kv-cache",
            .type = OptionType::Choice,
            .label = "Keys and values in memory",
            .help = "With packed: float16 reads half of what float32 does behind a long text.",
            .defaultValue = "float16",
            .choices = {"float16", "float32"},
            .group = "Model",
            .advanced = true};
}

std::vector<OptionSpec> common()
{
    return {
        {.key = "db",
         .flag = "--db",
         .type = OptionType::Path,
         .label = "Experiment database",
         .help =
             "Where the run is recorded. Default: $BOOLAB_HOME/experiments.sqlite, else the XDG data folder.",
         .group = "Run",
         .advanced = true},
        {.key = "project",
         .flag = "--project",
         .type = OptionType::Text,
         .label = "Project",
         .help = "The group of runs this one belongs to; made if new.",
         .defaultValue = "default",
         .pattern = "[^\\n]+",
         .group = "Run"},
        {.key = "name",
         .flag = "--name",
         .type = OptionType::Text,
         .label = "Name",
         .help = "How the run is shown in lists. Default: its kind and number.",
         .group = "Run"},
        {.key = "device",
         .flag = "--device",
         .type = OptionType::Text,
         .label = "Device",
         .help = "Where to compute: cpu, cuda or cuda:N (all but conversions by gptq). Several ranks of one "
                 "machine take its devices in turn.",
         .defaultValue = "cpu",
         .pattern = "cpu|cuda(:[0-9]+)?",
         .group = "Machine",
         .advanced = true},
        {.key = "queue",
         .flag = "--queue",
         .type = OptionType::Switch,
         .label = "Wait for the device",
         .help = "Starts once no other run of this database works on the same device, after those that have "
                 "waited longer.",
         .defaultValue = false,
         .group = "Machine",
         .advanced = true},
        {.key = "threads",
         .flag = "--threads",
         .shortFlag = "-t",
         .type = OptionType::Integer,
         .label = "Threads",
         .help = "CPU threads to compute with; 0 uses all.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = 4096,
         .unit = "threads",
         .group = "Machine",
         .advanced = true},
        {.key = "seed",
         .flag = "--seed",
         .shortFlag = "-s",
         .type = OptionType::Integer,
         .label = "Seed",
         .help = "Starts the random numbers: the same seed on the same machine gives the same result.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = kMaxSeed,
         .group = "Machine",
         .advanced = true},
        {.key = "dtype",
         .flag = "--dtype",
         .type = OptionType::Choice,
         .label = "Computes in",
         .help = "auto is bfloat16 where the CPU multiplies it natively, else float32. float32 is exact and "
                 "slower.",
         .defaultValue = "auto",
         .choices = {"auto", "float32", "bfloat16"},
         .group = "Machine",
         .advanced = true},
        {.key = "force",
         .flag = "--force",
         .type = OptionType::Switch,
         .label = "Start even if memory or disk look too small",
         .help = "Skips the check of memory and disk before the start.",
         .defaultValue = false,
         .group = "Machine",
         .advanced = true},
    };
}

} // namespace boolab::specs
