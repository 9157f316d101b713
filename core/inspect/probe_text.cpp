// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/probe_text.h"

namespace boolab
{

std::string_view builtinProbeText()
{
    return R"(The harbour lay still when the ferry left at six in the morning. On the upper deck two women were drinking
coffee from a flask and talking about the price of wool, which had fallen again in spring. Behind them the lighthouse
turned off its lamp, as it did every day when the sun stood a hand above the islands. Nobody on board knew that the
keeper had retired the week before and that a small computer in the capital now decided when it was morning.

A river carries more water after rain, but not at once. The ground takes the first part, plants take another, and the
rest runs slowly through sand and gravel until it reaches the bed. That is why a flood often arrives on a clear day.
Engineers measure the level every fifteen minutes, compare it with the mean of the last thirty years, and warn the towns
downstream when it rises by more than a metre in six hours.

In 1843 Ada Lovelace described how a machine might compute the numbers of Bernoulli. Her notes were longer than the
article that they were meant to explain. She wrote that the engine has no pretensions to originate anything; it can do
whatever we know how to order it to perform. A hundred years later Alan Turing answered her in a paper about thinking.

def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)

Question: A train travels 180 kilometres in two hours and then 60 kilometres in one hour. What is its average speed?
Answer: It travels 240 kilometres in three hours, so its average speed is 80 kilometres per hour.

To bake bread, mix 500 grams of flour, 350 grams of water, 10 grams of salt and a little yeast. Fold the dough four
times, let it rest overnight in a cool place, and bake it in a hot oven until the crust is dark and sounds hollow.
"It smells like my grandmother's kitchen," said the boy, and asked whether he could have the first slice.

Water boils at a lower temperature on a mountain because the air presses less on its surface. The capital of France is
Paris, the capital of Peru is Lima, and the largest ocean on Earth is the Pacific. Light needs about eight minutes from
the Sun to us; a letter from London to New York once needed six weeks.
)";
}

} // namespace boolab
