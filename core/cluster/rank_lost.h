// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace boolab
{

/// Another rank does not answer, or ended the run. Thrown through LibTorch's backward pass; the training loop
/// makes an error of it (RankGroup::explain).
class RankLost : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

} // namespace boolab
