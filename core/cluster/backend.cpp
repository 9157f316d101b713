// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/backend.h"

#include <cstdlib>
#include <fmt/format.h>

#ifdef BOOLAB_GLOO
// The wheel of LibTorch has Gloo's code but not its headers. Debian's are older; c10d's names them for types
// that it holds by pointer alone.
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif

namespace boolab
{

#ifdef BOOLAB_GLOO

namespace
{

std::shared_ptr<::gloo::transport::Device> deviceFor(const RankConfig& ranks)
{
    using Gloo = c10d::ProcessGroupGloo;
    if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME"); interface && *interface)
        return Gloo::createDeviceForInterface(interface);
    if (ranks.localSize == ranks.size) return Gloo::createDeviceForHostname("127.0.0.1");
    return Gloo::createDefaultDevice();
}

} // namespace

Result<c10::intrusive_ptr<c10d::Backend>> makeBackend(at::DeviceType device,
                                                      const c10::intrusive_ptr<c10d::Store>& store,
                                                      const RankConfig& ranks,
                                                      std::chrono::milliseconds timeout)
{
    if (device != at::kCPU)
        return fail(ErrorCode::Unsupported,
                    fmt::format("several ranks cannot train on {} yet", c10::DeviceTypeName(device)),
                    "Use --device cpu.");
    auto options = c10d::ProcessGroupGloo::Options::create(timeout);
    options->devices.push_back(deviceFor(ranks));
    return c10::make_intrusive<c10d::ProcessGroupGloo>(store, ranks.rank, ranks.size, options);
}

#else

Result<c10::intrusive_ptr<c10d::Backend>> makeBackend(at::DeviceType, const c10::intrusive_ptr<c10d::Store>&,
                                                      const RankConfig&, std::chrono::milliseconds)
{
    return fail(ErrorCode::Unsupported, "this Boolab was built without Gloo, which several ranks talk over",
                "Install libgloo-dev and build again, or train in one process.");
}

#endif

} // namespace boolab
