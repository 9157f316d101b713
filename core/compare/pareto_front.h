// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace boolab
{

/// What a model costs (less is better) and how good it is.
struct Tradeoff {
    double size = 0, score = 0;
};

/// Which of them nobody beats: no other is at least as small and as good, and better in one of the two.
/// Equal ones are on the front together; what is not finite never is.
std::vector<bool> paretoFront(std::span<const Tradeoff> points, bool higherIsBetter);

} // namespace boolab
