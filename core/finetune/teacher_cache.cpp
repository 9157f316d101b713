// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/teacher_cache.h"

#include "core/base/atomic_write.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <sys/file.h>
#include <thread>
#include <torch/utils.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::string_view kMagic = "BOOLTC01";
constexpr std::int64_t kChecksumBytes = 8;
constexpr std::int64_t kLogitsChunk = 128; ///< positions whose logits exist at a time
constexpr std::uint64_t kLongestHeader = 1 << 20;
constexpr std::chrono::milliseconds kLockPause{100};

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

/// Held by the process that adds records; let go with it.
class FileLock
{
public:
    explicit FileLock(const fs::path& file) : m_file(::open(file.c_str(), O_RDWR | O_CLOEXEC)) {}
    ~FileLock()
    {
        if (m_file >= 0) ::close(m_file);
    }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// True too where the file system knows no locks.
    bool tryToTake() const { return ::flock(m_file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK; }

private:
    int m_file;
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

/// A file of the header and as many holes as there are records.
Status makeEmpty(const fs::path& folder, const TeacherCacheHeader& header)
{
    std::error_code error;
    fs::create_directories(folder.parent_path(), error);
    auto atomic = AtomicFolder::create(folder);
    if (!atomic) return std::unexpected(atomic.error());
    const fs::path file = fileIn(atomic->path());
    const std::string text = header.toJson().dump();
    const std::uint64_t length = text.size();
    std::ofstream out(file, std::ios::binary);
    out << kMagic;
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out << text;
    const auto start = static_cast<std::int64_t>(out.tellp());
    out.close();
    if (out) fs::resize_file(file, static_cast<std::uintmax_t>(start + header.fileBytes()), error);
    if (!out || error)
        return fail(ErrorCode::Io, fmt::format("{}: the teacher's cache cannot be written", file.string()),
                    "Check the disk's free space.");
    return atomic->commitUnlessThere(); // of several processes that begin together one makes it
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
    std::error_code error;
    if (!fs::exists(folder, error))
        if (auto made = makeEmpty(folder, header); !made) return std::unexpected(made.error());
    TeacherCache cache;
    cache.m_file = fileIn(folder);
    cache.m_header = header;
    std::ifstream in(cache.m_file, std::ios::binary);
    if (!in) return std::unexpected(damaged(cache.m_file, "it cannot be opened"));
    auto start = checkHeader(in, cache.m_file, header);
    if (!start) return std::unexpected(start.error());
    cache.m_start = *start;
    if (static_cast<std::int64_t>(fs::file_size(cache.m_file, error)) != cache.m_start + header.fileBytes())
        return std::unexpected(damaged(cache.m_file, "its length is not what its header says"));
    return cache;
}

std::vector<std::int64_t> TeacherCache::missing(std::vector<std::int64_t> sequences) const
{
    std::ranges::sort(sequences);
    const auto repeated = std::ranges::unique(sequences);
    sequences.erase(repeated.begin(), repeated.end());
    std::ifstream in(m_file, std::ios::binary);
    Record record(m_header);
    std::erase_if(sequences, [&](std::int64_t sequence) {
        in.clear();
        in.seekg(m_start + sequence * m_header.recordBytes());
        in.read(reinterpret_cast<char*>(record.all().data()), m_header.recordBytes());
        return in && record.isWhole();
    });
    return sequences;
}

Status TeacherCache::fill(const std::vector<std::int64_t>& sequences, LlamaModel& teacher,
                          std::int64_t selectEvery, const TrainingData& data, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    const FileLock lock(m_file);
    const auto stopped = [&] { return observer.command() == JobObserver::Command::Stop; };
    while (!lock.tryToTake() && !stopped())
        std::this_thread::sleep_for(kLockPause);
    const auto wanted = missing(sequences); // another process may have added some
    std::fstream out(m_file, std::ios::binary | std::ios::in | std::ios::out);
    observer.phase("caching the teacher's predictions", "sequences");
    std::int64_t done = 0;
    for (const std::int64_t sequence : wanted) {
        if (stopped())
            return fail(ErrorCode::Stopped, "Stopped while the teacher's predictions were cached.");
        const LlamaOutput said = teacher.forward(data.sequence(sequence).unsqueeze(0), nullptr, selectEvery);
        Record record(m_header);
        for (std::int64_t first = 0; first < m_header.length; first += kLogitsChunk) {
            const std::int64_t count = std::min(kLogitsChunk, m_header.length - first);
            const at::Tensor logits = teacher.logits(said.hidden[0].narrow(0, first, count)).to(at::kFloat);
            fillTop(logits / m_header.temperature, first, record);
        }
        for (std::int64_t s = 0; s < m_header.states; ++s)
            record.states()[s].copy_(said.selected[static_cast<std::size_t>(s)][0]);
        record.seal();
        out.seekp(m_start + sequence * m_header.recordBytes());
        out.write(reinterpret_cast<const char*>(record.all().data()), m_header.recordBytes());
        if (!out.flush())
            return fail(ErrorCode::Io,
                        fmt::format("{}: the teacher's cache cannot be written", m_file.string()),
                        "Check the disk's free space.");
        observer.progress(++done, static_cast<std::int64_t>(wanted.size()));
    }
    return {};
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

} // namespace boolab
