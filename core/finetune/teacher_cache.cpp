// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/teacher_cache.h"

#include "core/base/atomic_write.h"

#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <torch/utils.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::string_view kMagic = "BOOLTC01";
constexpr std::int64_t kChecksumBytes = 8;
constexpr std::int64_t kLogitsChunk = 128; ///< positions whose logits exist at a time
constexpr std::uint64_t kLongestHeader = 1 << 20;

fs::path fileIn(const fs::path& folder)
{
    return folder / "targets.bin";
}

/// FNV-1a over 8 bytes at a time: a multiplication per word keeps up with the disk. Records are a multiple of
/// 2 bytes, the last word is filled up with zeros.
std::uint64_t checksum(std::span<const std::byte> bytes)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, std::min(sizeof word, bytes.size() - i));
        hash = (hash ^ word) * 0x100000001B3ULL;
        hash ^= hash >> 32;
    }
    return hash;
}

/// A record in memory: its pieces in the file's order.
class Record
{
public:
    explicit Record(const TeacherCacheHeader& header)
        : m_header(header), m_bytes(static_cast<std::size_t>(header.recordBytes()))
    {
    }

    std::span<std::byte> all() { return m_bytes; }
    at::Tensor ids() { return piece(0, {length(), top()}, at::kInt); }
    at::Tensor logProbabilities() { return piece(topBytes(), {length(), top()}, at::kFloat); }
    at::Tensor logRest() { return piece(2 * topBytes(), {length()}, at::kFloat); }
    at::Tensor states()
    {
        return piece(2 * topBytes() + length() * static_cast<std::int64_t>(sizeof(float)),
                     {m_header.states, length(), m_header.width}, at::kBFloat16);
    }

    void seal()
    {
        const std::uint64_t sum = checksum(content());
        std::memcpy(m_bytes.data() + content().size(), &sum, sizeof sum);
    }
    bool isWhole() const
    {
        std::uint64_t stored = 0;
        std::memcpy(&stored, m_bytes.data() + content().size(), sizeof stored);
        return stored == checksum(content());
    }

private:
    std::int64_t length() const { return m_header.length; }
    std::int64_t top() const { return m_header.top; }
    std::int64_t topBytes() const { return length() * top() * static_cast<std::int64_t>(sizeof(float)); }
    std::span<const std::byte> content() const
    {
        return std::span(m_bytes).first(m_bytes.size() - static_cast<std::size_t>(kChecksumBytes));
    }
    at::Tensor piece(std::int64_t offset, at::IntArrayRef shape, at::ScalarType dtype)
    {
        return at::from_blob(m_bytes.data() + offset, shape, dtype);
    }

    const TeacherCacheHeader& m_header;
    std::vector<std::byte> m_bytes;
};

Error damaged(const fs::path& file, const std::string& what)
{
    return {ErrorCode::BadInput,
            fmt::format("{}: the teacher's cache cannot be used: {}", file.string(), what),
            "Delete it; it is made again."};
}

/// Position of the first record; the header must be `expected`.
Result<std::int64_t> checkHeader(std::ifstream& in, const fs::path& file, const TeacherCacheHeader& expected)
{
    std::string magic(kMagic.size(), '\0');
    std::uint64_t length = 0;
    in.read(magic.data(), static_cast<std::streamsize>(magic.size()));
    in.read(reinterpret_cast<char*>(&length), sizeof length);
    if (!in || magic != kMagic || length > kLongestHeader)
        return std::unexpected(damaged(file, "it does not begin as one"));
    std::string text(length, '\0');
    in.read(text.data(), static_cast<std::streamsize>(length));
    if (!in || nlohmann::json::parse(text, nullptr, false) != expected.toJson())
        return std::unexpected(damaged(file, "it belongs to another teacher, text or setting"));
    return static_cast<std::int64_t>(kMagic.size() + sizeof length + length);
}

void fillTop(const at::Tensor& logits, std::int64_t first, Record& record)
{
    const std::int64_t count = logits.size(0), top = record.ids().size(1);
    const at::Tensor all = at::logsumexp(logits, -1, /*keepdim=*/true);
    const auto [values, ids] = at::topk(logits, top, -1);
    record.ids().narrow(0, first, count).copy_(ids);
    record.logProbabilities().narrow(0, first, count).copy_(values - all);
    const at::Tensor others = logits.scatter(-1, ids, -std::numeric_limits<double>::infinity());
    record.logRest().narrow(0, first, count).copy_(at::logsumexp(others, -1) - all.squeeze(-1));
}

} // namespace

nlohmann::json TeacherCacheHeader::toJson() const
{
    return {{"key", key},       {"sequences", sequences}, {"length", length},          {"top", top},
            {"states", states}, {"width", width},         {"temperature", temperature}};
}

std::int64_t TeacherCacheHeader::recordBytes() const
{
    return length * (top * 8 + 4 + states * width * 2) + kChecksumBytes;
}

std::int64_t TeacherCacheHeader::fileBytes() const
{
    return sequences * recordBytes();
}

Result<TeacherCache> TeacherCache::open(const fs::path& folder, const TeacherCacheHeader& header)
{
    TeacherCache cache;
    cache.m_file = fileIn(folder);
    cache.m_header = header;
    std::ifstream in(cache.m_file, std::ios::binary);
    if (!in) return std::unexpected(damaged(cache.m_file, "it cannot be opened"));
    auto start = checkHeader(in, cache.m_file, header);
    if (!start) return std::unexpected(start.error());
    cache.m_start = *start;
    std::error_code error;
    if (static_cast<std::int64_t>(fs::file_size(cache.m_file, error)) != cache.m_start + header.fileBytes())
        return std::unexpected(damaged(cache.m_file, "its length is not what its header says"));
    Record record(header);
    for (std::int64_t i = 0; i < header.sequences; ++i) {
        in.read(reinterpret_cast<char*>(record.all().data()), header.recordBytes());
        if (!in || !record.isWhole())
            return std::unexpected(damaged(cache.m_file, fmt::format("sequence {} is damaged", i)));
    }
    return cache;
}

TeacherTargets TeacherCache::read(const std::vector<std::int64_t>& sequences) const
{
    std::vector<at::Tensor> ids, values, rest, states;
    std::ifstream in(m_file, std::ios::binary);
    for (const std::int64_t sequence : sequences) {
        Record record(m_header);
        in.seekg(m_start + sequence * m_header.recordBytes());
        in.read(reinterpret_cast<char*>(record.all().data()), m_header.recordBytes());
        if (!in || !record.isWhole())
            throw std::runtime_error(m_file.string() +
                                     ": the teacher's cache was changed while it was in use");
        ids.push_back(record.ids().clone());
        values.push_back(record.logProbabilities().clone());
        rest.push_back(record.logRest().clone());
        states.push_back(record.states().clone());
    }
    TeacherTargets targets;
    targets.top = {at::cat(ids), at::cat(values), at::cat(rest)};
    const at::Tensor together = at::stack(states, 1); // (states, B, L, C)
    for (std::int64_t i = 0; i < m_header.states; ++i)
        targets.selected.push_back(together[i]);
    return targets;
}

Status writeTeacherCache(const fs::path& folder, const TeacherCacheHeader& header, LlamaModel& teacher,
                         std::int64_t selectEvery, const TrainingData& data, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    auto atomic = AtomicFolder::create(folder);
    if (!atomic) return std::unexpected(atomic.error());
    const fs::path file = fileIn(atomic->path());
    std::ofstream out(file, std::ios::binary);
    const std::string text = header.toJson().dump();
    const std::uint64_t length = text.size();
    out << kMagic;
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << text;
    observer.phase("caching the teacher's predictions", "sequences");
    for (std::int64_t i = 0; i < header.sequences; ++i) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, "Stopped while the teacher's predictions were cached.");
        const LlamaOutput said = teacher.forward(data.sequence(i).unsqueeze(0), nullptr, selectEvery);
        Record record(header);
        for (std::int64_t first = 0; first < header.length; first += kLogitsChunk) {
            const std::int64_t count = std::min(kLogitsChunk, header.length - first);
            const at::Tensor logits = teacher.logits(said.hidden[0].narrow(0, first, count)).to(at::kFloat);
            fillTop(logits / header.temperature, first, record);
        }
        for (std::int64_t s = 0; s < header.states; ++s)
            record.states()[s].copy_(said.selected[static_cast<std::size_t>(s)][0]);
        record.seal();
        out.write(reinterpret_cast<const char*>(record.all().data()), header.recordBytes());
        if (!out)
            return fail(ErrorCode::Io,
                        fmt::format("{}: the teacher's cache cannot be written", file.string()),
                        "Check the disk's free space.");
        observer.progress(i + 1, header.sequences);
    }
    out.close();
    if (!out)
        return fail(ErrorCode::Io, fmt::format("{}: the teacher's cache cannot be written", file.string()),
                    "Check the disk's free space.");
    return atomic->commit();
}

} // namespace boolab
