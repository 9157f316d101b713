// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab::kernels
{

/// While one lives, the workers of parallel_for look for work instead of going to sleep: for stretches of
/// many short calls, such as a decoder's step, where waking up would cost more than the work. They yield to
/// other programs.
class KeepAwake
{
public:
    KeepAwake();
    ~KeepAwake();
    KeepAwake(const KeepAwake&) = delete;
    KeepAwake& operator=(const KeepAwake&) = delete;
};

} // namespace boolab::kernels
