// SPDX-License-Identifier: Apache-2.0
// Two GPUs for test_gpu_load: number 1 is busy, number 2 is lost.
namespace
{

constexpr int kSuccess = 0, kNotFound = 6, kLost = 15;
int devices[3];

} // namespace

extern "C" {

int nvmlInit_v2()
{
    return kSuccess;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device)
{
    if (index > 2) return kNotFound;
    *device = &devices[index];
    return kSuccess;
}

int nvmlDeviceGetUtilizationRates(void* device, unsigned* rates)
{
    if (device == &devices[2]) return kLost;
    rates[0] = device == &devices[1] ? 87 : 0;
    rates[1] = 5;
    return kSuccess;
}

int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* memory)
{
    memory[0] = 8'000'000'000;
    memory[2] = device == &devices[1] ? 6'000'000'000 : 1'000'000;
    memory[1] = memory[0] - memory[2];
    return kSuccess;
}
}
