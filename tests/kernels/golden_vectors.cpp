// SPDX-License-Identifier: Apache-2.0
#include "tests/kernels/golden_vectors.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <system_error>

#include "core/formats/safetensors_file.h"
#include "kernels/bool_kernels.h"

namespace boolab::kernels
{

namespace
{

// What a layer may have on a device.
constexpr std::int64_t kMostKernels = 8;
constexpr const char* kHint = "docs/cuda.md, \"Your own vectors\", says what such a file holds.";

using Shape = std::vector<std::int64_t>;

std::string textOf(const Shape& shape)
{
    std::string text;
    for (const std::int64_t length : shape)
        text += (text.empty() ? "" : ", ") + std::to_string(length);
    return "(" + text + ")";
}

/// One case of a file: its tensors by part. Remembers the first thing that is wrong.
class Case
{
public:
    Case(std::string where, std::string name) : m_where(std::move(where)), m_name(std::move(name)) {}

    void add(const std::string& part, const SafetensorsTensor& tensor) { m_parts[part] = &tensor; }
    const std::string& name() const { return m_name; }
    const std::string& wrong() const { return m_wrong; }

    void complain(const std::string& what)
    {
        if (m_wrong.empty()) m_wrong = m_where + ": " + m_name + what;
    }

    /// Length `dimension` of a part that must have `dimensions` of them; 0 where it does not.
    std::int64_t length(const char* part, std::size_t dimensions, std::size_t dimension)
    {
        const auto found = m_parts.find(part);
        if (found == m_parts.end()) {
            complain(std::string(" has no ") + part);
            return 0;
        }
        const Shape& shape = found->second->shape;
        if (shape.size() == dimensions) return shape[dimension];
        complain(std::string(".") + part + " has shape " + textOf(shape) + ", expected " +
                 std::to_string(dimensions) + " dimensions");
        return 0;
    }

    template <class T> std::vector<T> take(const char* part, DType dtype, const Shape& shape)
    {
        const auto found = m_parts.find(part);
        if (found == m_parts.end()) {
            complain(std::string(" has no ") + part);
            return {};
        }
        const SafetensorsTensor& tensor = *found->second;
        m_parts.erase(found);
        const auto shown = [](DType type, const Shape& of) {
            return std::string(nameOf(type)) + " " + textOf(of);
        };
        if (tensor.dtype != dtype || tensor.shape != shape) {
            complain(std::string(".") + part + " is " + shown(tensor.dtype, tensor.shape) + ", expected " +
                     shown(dtype, shape));
            return {};
        }
        std::vector<T> values(tensor.bytes.size() / sizeof(T));
        if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
        return values;
    }

    /// `rows` rows of bits; the padding is 0.
    std::vector<std::uint8_t> takeBits(const char* part, const Shape& shape, std::int64_t N)
    {
        auto bits = take<std::uint8_t>(part, DType::U8, shape);
        const auto width = std::size_t(row_bytes(N));
        for (std::size_t end = width; N % 8 != 0 && end <= bits.size(); end += width)
            if (bits[end - 1] >> (N % 8)) {
                complain(std::string(".") + part + " has bits beyond its " + std::to_string(N) +
                         " columns, which must be 0");
                break;
            }
        return bits;
    }

    void nothingIsLeft()
    {
        if (!m_parts.empty()) complain("." + m_parts.begin()->first + " is not known");
    }

private:
    std::string m_where, m_name, m_wrong;
    std::map<std::string, const SafetensorsTensor*> m_parts;
};

/// What vectors of both ops begin with: the layer.
template <class Vectors> Vectors layerFrom(Case& from)
{
    Vectors v;
    v.name = from.name();
    v.K = from.length("scale_out", 2, 0);
    v.M = from.length("scale_out", 2, 1);
    v.N = from.length("scale_in", 2, 1);
    if (v.K > kMostKernels) from.complain(" has more than 8 kernels");
    v.bits = from.takeBits("bits", {v.K, v.M, row_bytes(v.N)}, v.N);
    v.scaleOut = from.take<float>("scale_out", DType::F32, {v.K, v.M});
    v.scaleIn = from.take<float>("scale_in", DType::F32, {v.K, v.N});
    return v;
}

GemmVectors gemmFrom(Case& from)
{
    auto v = layerFrom<GemmVectors>(from);
    v.T = from.length("x", 2, 0);
    v.x = from.take<float>("x", DType::F32, {v.T, v.N});
    v.y = from.take<float>("y", DType::F32, {v.T, v.M});
    from.nothingIsLeft();
    return v;
}

/// The place-th of equal pieces.
template <class T> std::vector<T> piece(const std::vector<T>& all, std::int64_t place, std::int64_t size)
{
    if (std::int64_t(all.size()) < (place + 1) * size) return {}; // what was wrong is known
    return {all.begin() + place * size, all.begin() + (place + 1) * size};
}

/// The setting of this name, an array of one number.
template <class T> T setting(Case& from, const char* name, DType dtype)
{
    const auto values = from.take<T>(name, dtype, {1});
    return values.empty() ? T() : values[0];
}

void takeConfig(Case& from, FlipVectors& v)
{
    const auto real = [&](const char* name) { return setting<double>(from, name, DType::F64); };
    const auto whole = [&](const char* name) { return setting<std::int64_t>(from, name, DType::I64); };
    v.kernel = whole("kernel");
    v.firstFlippingStep = whole("first_flipping_step");
    v.config = {.beta = float(real("beta")),
                .momentDecay = float(real("moment_decay")),
                .threshold = float(real("threshold")),
                .clip = float(real("clip")),
                .cap = real("cap"),
                .seed = std::uint64_t(whole("seed"))};
}

FlipVectors flipsFrom(Case& from)
{
    auto v = layerFrom<FlipVectors>(from);
    const std::int64_t steps = from.length("gradient", 3, 0);
    takeConfig(from, v);
    if (v.kernel < 0 || v.kernel >= v.K) from.complain(".kernel is none of its kernels");
    const auto G = from.take<float>("gradient", DType::F32, {steps, v.M, v.N});
    const auto bits = from.takeBits("bits_after", {steps, v.K, v.M, row_bytes(v.N)}, v.N);
    const auto momentum = from.take<std::uint16_t>("momentum_after", DType::BF16, {steps, v.M, v.N});
    const auto rows = from.take<float>("row_moment_after", DType::F32, {steps, v.M});
    const auto columns = from.take<float>("column_moment_after", DType::F32, {steps, v.N});
    const auto flips = from.take<std::int64_t>("flips", DType::I64, {steps});
    from.nothingIsLeft();
    for (std::int64_t step = 0; from.wrong().empty() && step < steps; ++step)
        v.steps.push_back({piece(G, step, v.M * v.N), piece(bits, step, v.K * v.M * row_bytes(v.N)),
                           piece(momentum, step, v.M * v.N), piece(rows, step, v.M),
                           piece(columns, step, v.N), flips[std::size_t(step)]});
    return v;
}

/// The cases of a file by op and name.
using Cases = std::map<std::string, std::map<std::string, Case>>;

Result<Cases> casesOf(const SafetensorsFile& file)
{
    Cases cases;
    const std::string where = file.path().string();
    for (const SafetensorsTensor& tensor : file.tensors()) {
        const auto op = tensor.name.find('.'), part = tensor.name.rfind('.');
        if (op == part) // one point, or none
            return fail(ErrorCode::BadInput,
                        where + ": a tensor is named " + tensor.name + ", not OP.CASE.PART", kHint);
        const std::string name = tensor.name.substr(0, part);
        cases[tensor.name.substr(0, op)]
            .try_emplace(name, where, name)
            .first->second.add(tensor.name.substr(part + 1), tensor);
    }
    return cases;
}

Status readFile(const std::filesystem::path& path, GoldenVectors& to)
{
    const auto file = SafetensorsFile::open(path);
    if (!file) return std::unexpected(file.error());
    auto cases = casesOf(*file);
    if (!cases) return std::unexpected(cases.error());
    for (auto& [op, byName] : *cases)
        for (auto& [name, one] : byName) {
            if (op == "bool_gemm")
                to.gemm.push_back(gemmFrom(one));
            else if (op == "flip_step")
                to.flips.push_back(flipsFrom(one));
            else
                one.complain(": there are vectors of bool_gemm and flip_step alone");
            if (!one.wrong().empty()) return fail(ErrorCode::BadInput, one.wrong(), kHint);
        }
    return {};
}

} // namespace

Result<GoldenVectors> readGoldenVectors(const std::filesystem::path& fileOrFolder)
{
    std::vector<std::filesystem::path> files{fileOrFolder};
    std::error_code error;
    if (std::filesystem::is_directory(fileOrFolder, error)) {
        files.clear();
        for (auto at = std::filesystem::directory_iterator(fileOrFolder, error);
             !error && at != std::filesystem::directory_iterator(); at.increment(error))
            if (at->path().extension() == ".safetensors") files.push_back(at->path());
        if (error) return fail(ErrorCode::Io, fileOrFolder.string() + ": " + error.message());
        std::ranges::sort(files);
    }
    GoldenVectors vectors;
    for (const auto& file : files)
        if (const auto read = readFile(file, vectors); !read) return std::unexpected(read.error());
    if (vectors.gemm.empty() && vectors.flips.empty())
        return fail(ErrorCode::BadInput, fileOrFolder.string() + " holds no vectors", kHint);
    return vectors;
}

} // namespace boolab::kernels
