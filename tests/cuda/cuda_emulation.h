// SPDX-License-Identifier: Apache-2.0
// CUDA's execution model on the host, so that a .cu file runs under g++ (x86-64): included before it with
// -include, in place of cuda_runtime.h.
//
// One fiber per CUDA thread, one block at a time. A warp's collective completes when every lane of its mask
// stands at the same collective with the same mask. A mask that names an absent or exited lane, a shuffle
// from a lane outside the mask, a barrier that not all threads reach: the program ends and says where.
// Threads and blocks run in a chosen order (emulation::order). Device memory is the host's, filled with NaN.
// AddressSanitizer sees every access outside a buffer, ThreadSanitizer every race inside a block.
// Not modelled: races between blocks, weak memory order, time.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#define BOOLAB_CUDA_EMULATED 1
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static

#if defined(__SANITIZE_THREAD__)
extern "C" {
void* __tsan_create_fiber(unsigned);
void* __tsan_get_current_fiber();
void __tsan_switch_to_fiber(void*, unsigned);
void __tsan_acquire(void*);
void __tsan_release(void*);
}
#endif
#if defined(__SANITIZE_ADDRESS__)
extern "C" {
void __sanitizer_start_switch_fiber(void**, const void*, std::size_t);
void __sanitizer_finish_switch_fiber(void*, const void**, std::size_t*);
}
#endif
/// The machinery itself must look to the sanitizers as if it were not there.
#define EMULATION_PLAIN __attribute__((no_sanitize("thread", "address"), noinline))

struct dim3 {
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
    unsigned x, y, z;
};

struct alignas(16) uint4 {
    unsigned x, y, z, w;
};

extern "C" void emulation_switch(void** saved, void* next);
asm(".text\n.weak emulation_switch\n.type emulation_switch,@function\nemulation_switch:\n"
    " push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
    " mov %rsp,(%rdi)\n mov %rsi,%rsp\n"
    " pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret\n");

namespace emulation
{

enum class State { Ready, AtBarrier, AtCollective, Exited };
/// Runs once per collective on the values of all lanes of its mask.
using Collective = void (*)(void** values, std::uint32_t mask);

constexpr std::size_t kStackBytes = 64 << 10;
constexpr int kWarp = 32, kMaxThreads = 1024;

struct Thread {
    void* stackPointer = nullptr;
    char* stack = nullptr;
    void* sanitizerFiber = nullptr;
    dim3 index;
    State state = State::Ready;
    const char* name = nullptr; ///< of what it waits for
    std::uint32_t mask = 0;
    void* value = nullptr;
    Collective collective = nullptr;
};

struct Machine {
    Thread threads[kMaxThreads]; ///< fibers are kept for the next launch
    int count = 0, current = 0;
    dim3 block, blockDim, gridDim;
    void* stackPointer = nullptr;
    const std::function<void()>* body = nullptr;
    void* sanitizerFiber = nullptr;
    const void* hostStack = nullptr;
    std::size_t hostStackBytes = 0;
    char ordered[3] = {}; ///< what ThreadSanitizer's happens-before edges hang on: launch, barrier
};

inline Machine machine;
alignas(64) inline char stacks[kMaxThreads][kStackBytes];
/// 0 forward, 1 backward, else the seed of a random order.
inline unsigned order = 0;

EMULATION_PLAIN inline dim3 threadIndex()
{
    return machine.threads[machine.current].index;
}
EMULATION_PLAIN inline dim3 blockIndex()
{
    return machine.block;
}
EMULATION_PLAIN inline dim3 blockSize()
{
    return machine.blockDim;
}
EMULATION_PLAIN inline dim3 gridSize()
{
    return machine.gridDim;
}
EMULATION_PLAIN inline int lane()
{
    return machine.current % kWarp;
}

inline void happensAfter(void* edge)
{
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(edge);
#else
    (void)edge;
#endif
}
inline void happensBefore(void* edge)
{
#if defined(__SANITIZE_THREAD__)
    __tsan_release(edge);
#else
    (void)edge;
#endif
}

[[noreturn]] EMULATION_PLAIN inline void fault(const char* what)
{
    std::fprintf(stderr, "cuda emulation: %s in block (%u, %u)\n", what, machine.block.x, machine.block.y);
    const char* const names[] = {"ready", "at a barrier", "at a collective", "exited"};
    for (int i = 0; i < machine.count; ++i) {
        const Thread& one = machine.threads[i];
        if (i > 0 && one.state == machine.threads[i - 1].state) continue;
        std::fprintf(stderr, "  thread %d and on: %s %s, mask %08x\n", i, names[int(one.state)],
                     one.name ? one.name : "", one.mask);
    }
    std::_Exit(99);
}

EMULATION_PLAIN inline void toScheduler()
{
    Thread& self = machine.threads[machine.current];
#if defined(__SANITIZE_ADDRESS__)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(self.state == State::Exited ? nullptr : &fake, machine.hostStack,
                                   machine.hostStackBytes);
#elif defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(machine.sanitizerFiber, 1);
#endif
    emulation_switch(&self.stackPointer, machine.stackPointer);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, &machine.hostStack, &machine.hostStackBytes);
#endif
}

EMULATION_PLAIN inline void toThread(int i)
{
    machine.current = i;
    Thread& next = machine.threads[i];
#if defined(__SANITIZE_ADDRESS__)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, next.stack, kStackBytes);
#elif defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(next.sanitizerFiber, 1);
#endif
    emulation_switch(&machine.stackPointer, next.stackPointer);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

EMULATION_PLAIN inline void threadEntry()
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &machine.hostStack, &machine.hostStackBytes);
#endif
    happensAfter(&machine.ordered[0]);
    (*machine.body)();
    happensBefore(&machine.ordered[1]);
    machine.threads[machine.current].state = State::Exited;
    toScheduler();
    std::abort();
}

EMULATION_PLAIN inline void waitFor(const char* name, std::uint32_t mask, void* value, Collective collective)
{
    Thread& self = machine.threads[machine.current];
    if (!(mask >> lane() & 1)) fault("a lane calls a collective whose mask leaves it out");
    self.name = name;
    self.mask = mask;
    self.value = value;
    self.collective = collective;
    self.state = State::AtCollective;
    toScheduler();
}

/// Completes one collective of the warp whose lanes are all there.
EMULATION_PLAIN inline bool completeOne(int warp)
{
    for (int i = warp * kWarp; i < machine.count && i < (warp + 1) * kWarp; ++i) {
        const Thread first = machine.threads[i];
        if (first.state != State::AtCollective) continue;
        void* values[kWarp] = {};
        bool complete = true;
        for (int l = 0; l < kWarp && complete; ++l) {
            if (!(first.mask >> l & 1)) continue;
            const int t = warp * kWarp + l;
            if (t >= machine.count) fault("a mask names a lane outside the block");
            const Thread& other = machine.threads[t];
            if (other.state == State::Exited) fault("a mask names a lane that has exited");
            complete = other.state == State::AtCollective && other.mask == first.mask &&
                       other.collective == first.collective;
            values[l] = other.value;
        }
        if (!complete) continue;
        first.collective(values, first.mask);
        for (int l = 0; l < kWarp; ++l)
            if (first.mask >> l & 1) machine.threads[warp * kWarp + l].state = State::Ready;
        return true;
    }
    return false;
}

EMULATION_PLAIN inline void prepareThreads(int count)
{
    machine.count = count;
    if (count > kMaxThreads) fault("a block of more than 1024 threads");
    for (int i = 0; i < count; ++i) {
        Thread& one = machine.threads[i];
        const auto n = unsigned(i);
        one.index = {n % machine.blockDim.x, n / machine.blockDim.x % machine.blockDim.y,
                     n / machine.blockDim.x / machine.blockDim.y};
        one.stack = stacks[i];
#if defined(__SANITIZE_THREAD__)
        if (!one.sanitizerFiber) one.sanitizerFiber = __tsan_create_fiber(0);
#endif
        one.state = State::Ready;
        one.name = nullptr;
        // The entry's frame starts as after a call; six saved registers below it.
        void** top = reinterpret_cast<void**>(one.stack + kStackBytes) - 2;
        top[0] = reinterpret_cast<void*>(&threadEntry);
        top[1] = nullptr;
        one.stackPointer = top - 6;
        std::memset(one.stackPointer, 0, 6 * sizeof(void*));
    }
}

EMULATION_PLAIN inline void runBlock(std::vector<int>& sequence, unsigned& random)
{
    for (;;) {
        if (order > 1)
            for (std::size_t i = sequence.size() - 1; i > 0; --i) {
                random = random * 1664525u + 1013904223u;
                std::swap(sequence[i], sequence[(random >> 8) % (i + 1)]);
            }
        bool moved = false;
        for (const int i : sequence)
            if (machine.threads[i].state == State::Ready) {
                toThread(i);
                moved = true;
            }
        for (int warp = 0; warp * kWarp < machine.count; ++warp)
            while (completeOne(warp))
                moved = true;
        int exited = 0, waiting = 0;
        for (int i = 0; i < machine.count; ++i) {
            exited += machine.threads[i].state == State::Exited;
            waiting += machine.threads[i].state == State::AtBarrier;
        }
        if (exited == machine.count) return;
        if (waiting > 0 && waiting + exited == machine.count) {
            if (exited > 0) fault("a barrier after some threads have exited");
            for (int i = 0; i < machine.count; ++i)
                machine.threads[i].state = State::Ready;
            moved = true;
        }
        if (!moved) fault("threads wait for each other (a barrier in a branch, or an incomplete mask)");
    }
}

EMULATION_PLAIN inline void launch(dim3 grid, dim3 block, const std::function<void()>& body)
{
    machine.blockDim = block;
    machine.gridDim = grid;
    machine.body = &body;
#if defined(__SANITIZE_THREAD__)
    machine.sanitizerFiber = __tsan_get_current_fiber();
#endif
    const int count = int(block.x * block.y * block.z);
    std::vector<int> sequence;
    for (int i = 0; i < count; ++i)
        sequence.push_back(order == 1 ? count - 1 - i : i);
    unsigned random = order * 2654435761u + 1;
    const unsigned blocks = grid.x * grid.y * grid.z;
    for (unsigned b = 0; b < blocks; ++b) {
        const unsigned place = order == 1 ? blocks - 1 - b : b;
        machine.block = {place % grid.x, place / grid.x % grid.y, place / grid.x / grid.y};
        prepareThreads(count);
        happensBefore(&machine.ordered[0]);
        runBlock(sequence, random);
        happensAfter(&machine.ordered[1]);
    }
}

template <class T> struct Shuffle {
    T value;
    int source;
};

template <class T> EMULATION_PLAIN void shuffleAll(void** values, std::uint32_t mask)
{
    T results[kWarp] = {};
    for (int l = 0; l < kWarp; ++l) {
        if (!(mask >> l & 1)) continue;
        const int source = static_cast<Shuffle<T>*>(values[l])->source;
        if (!(mask >> source & 1)) fault("a shuffle reads a lane outside its mask");
        results[l] = static_cast<Shuffle<T>*>(values[source])->value;
    }
    for (int l = 0; l < kWarp; ++l)
        if (mask >> l & 1) static_cast<Shuffle<T>*>(values[l])->value = results[l];
}

EMULATION_PLAIN inline void ballotAll(void** values, std::uint32_t mask)
{
    unsigned result = 0;
    for (int l = 0; l < kWarp; ++l)
        if ((mask >> l & 1) && *static_cast<unsigned*>(values[l])) result |= 1u << l;
    for (int l = 0; l < kWarp; ++l)
        if (mask >> l & 1) *static_cast<unsigned*>(values[l]) = result;
}

/// What the emulated machine is: tests of errors change it.
struct Device {
    int count = 1;
    int driverVersion = 13000; ///< 0: no driver
    int major = 9, minor = 0;
    std::size_t memoryBytes = std::size_t(1) << 32, usedBytes = 0;
};
inline Device device;

} // namespace emulation

#define threadIdx (::emulation::threadIndex())
#define blockIdx (::emulation::blockIndex())
#define blockDim (::emulation::blockSize())
#define gridDim (::emulation::gridSize())

EMULATION_PLAIN inline void __syncthreads()
{
    emulation::Thread& self = emulation::machine.threads[emulation::machine.current];
    emulation::happensBefore(&emulation::machine.ordered[2]);
    self.name = "__syncthreads";
    self.state = emulation::State::AtBarrier;
    emulation::toScheduler();
    emulation::happensAfter(&emulation::machine.ordered[2]);
}

template <class T> T __shfl_xor_sync(std::uint32_t mask, T value, int flip, int width = 32)
{
    const int own = emulation::lane(), source = own ^ flip;
    emulation::Shuffle<T> shuffle{value, source / width == own / width ? source : own};
    emulation::waitFor("__shfl_xor_sync", mask, &shuffle, emulation::shuffleAll<T>);
    return shuffle.value;
}

/// Other threads' atomics are no race; the order is as weak as the device's.
template <class T> T atomicAdd(T* place, T value)
{
    return __atomic_fetch_add(place, value, __ATOMIC_RELAXED);
}

inline int __popc(unsigned bits)
{
    return __builtin_popcount(bits);
}

inline unsigned __ballot_sync(std::uint32_t mask, int predicate)
{
    unsigned value = predicate != 0;
    emulation::waitFor("__ballot_sync", mask, &value, emulation::ballotAll);
    return value;
}
