// SPDX-License-Identifier: Apache-2.0
// Where there is no libFuzzer: the same entry on sound inputs that are broken in random places.
//   fuzz_boolean_model [RUNS [SEED]]     or     fuzz_boolean_model --write-seeds FOLDER
#include "tests/fuzz/boolean_model.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

namespace
{

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit)
{
    return limit == 0 ? 0 : random() % limit;
}

/// Where most of the structure lies: config.json and the header of the tensors; now and then anywhere.
std::size_t somewhere(Random& random, const std::string& input)
{
    constexpr std::size_t kStructure = 8192;
    return below(random, random() % 4 == 0 ? input.size() : std::min(input.size(), kStructure));
}

void replaceNumber(Random& random, std::string& input)
{
    static const char* const kNumbers[] = {"0",    "-1",   "1",          "7",
                                           "65",   "4096", "2147483648", "1e308",
                                           "null", "\"\"", "1e999",      "9223372036854775807"};
    std::size_t first = somewhere(random, input);
    while (first < input.size() && !std::isdigit(static_cast<unsigned char>(input[first])))
        ++first;
    std::size_t last = first;
    while (last < input.size() && std::isdigit(static_cast<unsigned char>(input[last])))
        ++last;
    input.replace(first, last - first, kNumbers[below(random, std::size(kNumbers))]);
}

void breakOnce(Random& random, std::string& input)
{
    if (input.empty()) return;
    const std::size_t place = somewhere(random, input);
    switch (random() % 6) {
    case 0:
        input[place] = static_cast<char>(input[place] ^ (1 << random() % 8));
        break;
    case 1:
        input[place] = static_cast<char>(random());
        break;
    case 2: {
        const std::uint64_t word = random() % 2 ? random() : std::uint64_t(0) - random() % 3;
        for (std::size_t i = 0; i < sizeof(word) && place + i < input.size(); ++i)
            input[place + i] = static_cast<char>(word >> (8 * i));
        break;
    }
    case 3:
        input.resize(place);
        break;
    case 4:
        input.erase(place, below(random, 64));
        break;
    default:
        replaceNumber(random, input);
    }
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> seeds = fuzzSeeds();
    if (argc > 2 && std::strcmp(argv[1], "--write-seeds") == 0) {
        for (std::size_t i = 0; i < seeds.size(); ++i)
            std::ofstream(std::string(argv[2]) + "/seed" + std::to_string(i), std::ios::binary) << seeds[i];
        return 0;
    }
    const long runs = argc > 1 ? std::atol(argv[1]) : 1000;
    Random random(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
    for (long run = 0; run < runs; ++run) {
        std::string input = seeds[below(random, seeds.size())];
        for (std::size_t breaks = run == 0 ? 0 : 1 + random() % 3; breaks > 0; --breaks)
            breakOnce(random, input);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    }
    std::printf("%ld broken Boolean models were refused or read\n", runs);
}
