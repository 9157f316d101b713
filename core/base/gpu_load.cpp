// SPDX-License-Identifier: Apache-2.0
#include "core/base/gpu_load.h"

#include <charconv>
#include <cstdlib>
#include <dlfcn.h>
#include <vector>

namespace boolab
{

namespace
{

constexpr std::string_view kCuda = "cuda";
constexpr int kSuccess = 0;

// Of NVML's C interface, as its documentation defines it.
struct Utilization {
    unsigned gpu, memory; // percent
};
struct Memory {
    unsigned long long total, free, used; // bytes
};
using Handle = void*;

class Nvml
{
public:
    /// Null where the library or one of its functions is missing, or it finds no driver. Stays loaded.
    static const Nvml* instance()
    {
        static const Nvml s_nvml;
        return s_nvml.m_ready ? &s_nvml : nullptr;
    }

    int (*handleByIndex)(unsigned, Handle*) = nullptr;
    int (*utilization)(Handle, Utilization*) = nullptr;
    int (*memory)(Handle, Memory*) = nullptr;

private:
    Nvml()
    {
        void* const library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) return;
        int (*initialise)() = nullptr;
        m_ready = find(library, "nvmlInit_v2", initialise) &&
                  find(library, "nvmlDeviceGetHandleByIndex_v2", handleByIndex) &&
                  find(library, "nvmlDeviceGetUtilizationRates", utilization) &&
                  find(library, "nvmlDeviceGetMemoryInfo", memory) && initialise() == kSuccess;
    }

    template <class Function> static bool find(void* library, const char* name, Function& function)
    {
        function = reinterpret_cast<Function>(dlsym(library, name));
        return function != nullptr;
    }

    bool m_ready = false;
};

std::optional<unsigned> numberIn(std::string_view text)
{
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// The driver's number of the process's device `index`.
std::optional<unsigned> driversIndex(unsigned index)
{
    const char* const visible = std::getenv("CUDA_VISIBLE_DEVICES");
    if (visible == nullptr) return index;
    std::string_view rest = visible;
    for (unsigned i = 0;; ++i) {
        const std::size_t comma = rest.find(',');
        if (i == index) return numberIn(rest.substr(0, comma));
        if (comma == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(comma + 1);
    }
}

std::optional<unsigned> indexOf(std::string_view device)
{
    if (!device.starts_with(kCuda)) return std::nullopt;
    device.remove_prefix(kCuda.size());
    if (device.empty()) return 0;
    return device.front() == ':' ? numberIn(device.substr(1)) : std::nullopt;
}

class NvmlLoad final : public GpuLoad
{
public:
    NvmlLoad(const Nvml& nvml, Handle handle) : m_nvml(nvml), m_handle(handle) {}

    std::optional<Reading> read() const override
    {
        Utilization busy{};
        Memory memory{};
        if (m_nvml.utilization(m_handle, &busy) != kSuccess || m_nvml.memory(m_handle, &memory) != kSuccess)
            return std::nullopt;
        return Reading{.load = busy.gpu / 100.0, .memoryBytes = static_cast<std::int64_t>(memory.used)};
    }

private:
    const Nvml& m_nvml;
    Handle m_handle;
};

} // namespace

std::unique_ptr<GpuLoad> GpuLoad::open(const std::string& device)
{
    const auto index = indexOf(device);
    const auto number = index ? driversIndex(*index) : std::nullopt;
    const Nvml* const nvml = number ? Nvml::instance() : nullptr;
    Handle handle = nullptr;
    if (nvml == nullptr || nvml->handleByIndex(*number, &handle) != kSuccess) return nullptr;
    return std::make_unique<NvmlLoad>(*nvml, handle);
}

} // namespace boolab
