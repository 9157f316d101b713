// SPDX-License-Identifier: Apache-2.0
#include "protected_device.h"

#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <map>
#include <mutex>
#include <sys/mman.h>
#include <torch/library.h>

namespace
{

constexpr std::size_t kBytes = std::size_t{1} << 28, kUnit = 256;
constexpr auto kType = c10::DeviceType::PrivateUse1;

class Memory
{
public:
    static Memory& instance()
    {
        static auto* s_memory = new Memory; // tensors may outlive every static object
        return *s_memory;
    }

    void open()
    {
        const std::lock_guard lock(m_mutex);
        if (m_open++ == 0) mprotect(m_start, kBytes, PROT_READ | PROT_WRITE);
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        if (--m_open == 0) mprotect(m_start, kBytes, PROT_NONE);
    }
    void* take(std::size_t bytes)
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t size = std::max<std::size_t>((bytes + kUnit - 1) / kUnit, 1) * kUnit;
        for (auto place = m_free.begin(); place != m_free.end(); ++place) {
            const auto [offset, length] = *place;
            if (length < size) continue;
            m_free.erase(place);
            if (length > size) m_free[offset + size] = length - size;
            m_taken[offset] = size;
            return m_start + offset;
        }
        TORCH_CHECK(false, "the protected device is out of memory");
    }
    void giveBack(void* memory)
    {
        const std::lock_guard lock(m_mutex);
        const auto taken = m_taken.find(static_cast<std::size_t>(static_cast<char*>(memory) - m_start));
        std::size_t offset = taken->first, size = taken->second;
        m_taken.erase(taken);
        auto next = m_free.lower_bound(offset);
        if (next != m_free.end() && next->first == offset + size) {
            size += next->second;
            next = m_free.erase(next);
        }
        if (next != m_free.begin())
            if (auto before = std::prev(next); before->first + before->second == offset) {
                before->second += size;
                return;
            }
        m_free[offset] = size;
    }

private:
    Memory()
        : m_start(static_cast<char*>(
              mmap(nullptr, kBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))),
          m_free{{0, kBytes}}
    {
    }

    std::mutex m_mutex;
    char* m_start;
    std::map<std::size_t, std::size_t> m_free, m_taken; ///< sizes by offset
    int m_open = 0;
};

void giveBack(void* memory)
{
    Memory::instance().giveBack(memory);
}

class ProtectedAllocator final : public c10::Allocator
{
public:
    c10::DataPtr allocate(std::size_t bytes) override
    {
        void* const memory = Memory::instance().take(bytes);
        return {memory, memory, &giveBack, c10::Device(kType, 0)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }
    void copy_data(void* destination, const void* source, std::size_t count) const override
    {
        const DeviceAccess access;
        default_copy_data(destination, source, count);
    }
};

ProtectedAllocator& allocator()
{
    static auto* s_allocator = new ProtectedAllocator;
    return *s_allocator;
}

/// The same memory as a tensor of the CPU's.
at::Tensor onHost(const at::Tensor& tensor)
{
    if (tensor.is_cpu()) return tensor;
    return at::from_blob(tensor.mutable_data_ptr(), tensor.sizes(), tensor.strides(),
                         at::TensorOptions().dtype(tensor.scalar_type()));
}

at::Tensor emptyByFormat(at::IntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                         std::optional<at::Device>, std::optional<bool>,
                         std::optional<at::MemoryFormat> format)
{
    return at::detail::empty_generic(size, &allocator(), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                     c10::dtype_or_default(dtype), format);
}

at::Tensor emptyStrided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> dtype,
                        std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>)
{
    return at::detail::empty_strided_generic(size, stride, &allocator(),
                                             c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                             c10::dtype_or_default(dtype));
}

at::Tensor copyFrom(const at::Tensor& source, const at::Tensor& destination, bool)
{
    const DeviceAccess access;
    onHost(destination).copy_(onHost(source));
    return destination;
}

at::Tensor copyFromAndResize(const at::Tensor& source, const at::Tensor& destination)
{
    if (source.sizes() != destination.sizes()) {
        const std::size_t bytes = source.nbytes();
        const c10::Storage& storage = destination.storage();
        if (storage.nbytes() < bytes) {
            storage.set_data_ptr_noswap(allocator().allocate(bytes));
            storage.set_nbytes(bytes);
        }
        destination.unsafeGetTensorImpl()->set_sizes_contiguous(source.sizes());
    }
    return copyFrom(source, destination, false);
}

at::Scalar scalarOf(const at::Tensor& tensor)
{
    const DeviceAccess access;
    return onHost(tensor).item();
}

void requireNoHostTensor(const c10::OperatorHandle& op, const c10::IValue& value)
{
    const auto check = [&](const at::Tensor& tensor) {
        TORCH_CHECK(!tensor.defined() || tensor.dim() == 0 || !tensor.is_cpu(), op.schema().name(),
                    ": a tensor of the CPU's meets one of the device's");
    };
    if (value.isTensor()) check(value.toTensor());
    if (value.isTensorList())
        for (const at::Tensor& tensor : value.toTensorVector())
            check(tensor);
}

void byTheCpu(const c10::OperatorHandle& op, torch::jit::Stack* stack)
{
    const std::size_t count = op.schema().arguments().size();
    for (std::size_t i = stack->size() - count; i < stack->size(); ++i)
        requireNoHostTensor(op, (*stack)[i]);
    at::native::cpu_fallback(op, stack);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m)
{
    m.fallback(torch::CppFunction::makeFromBoxedFunction<&byTheCpu>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m)
{
    m.impl("empty.memory_format", &emptyByFormat);
    m.impl("empty_strided", &emptyStrided);
    m.impl("as_strided", &at::native::as_strided_tensorimpl);
    m.impl("view", &at::native::view);
    m.impl("_reshape_alias", &at::native::_reshape_alias);
    m.impl("_copy_from", &copyFrom);
    m.impl("_copy_from_and_resize", &copyFromAndResize);
    m.impl("_local_scalar_dense", &scalarOf);
}

/// One device with one stream, in which everything is done at once.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<kType> {
    static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, c10::Device(kType, 0)); }

    c10::Device exchangeDevice(c10::Device) const override { return {kType, 0}; }
    c10::Device getDevice() const override { return {kType, 0}; }
    c10::Stream getStream(c10::Device) const noexcept override { return stream(); }
    c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
    void record(void**, const c10::Stream&, const c10::DeviceIndex, const c10::EventFlag) const override {}
    void block(void*, const c10::Stream&) const override {}
    bool queryEvent(void*) const override { return true; }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard)

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
};

} // namespace

at::Device protectedDevice()
{
    static const bool s_registered = [] {
        c10::SetAllocator(kType, &allocator());
        static Hooks s_hooks;
        at::RegisterPrivateUse1HooksInterface(&s_hooks);
        c10::register_privateuse1_backend("protected");
        return true;
    }();
    (void)s_registered;
    return {kType, 0};
}

DeviceAccess::DeviceAccess()
{
    Memory::instance().open();
}

DeviceAccess::~DeviceAccess()
{
    Memory::instance().close();
}
