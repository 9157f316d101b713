// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/kept_results.h"

#include "core/base/atomic_write.h"
#include "widgets/machine/bench_results.h"

#include <QCoreApplication>
#include <QFile>
#include <cmath>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr std::size_t kMostModels = 16;
constexpr qint64 kLargestFile = 4 << 20;

QString tr(const char* text)
{
    return QCoreApplication::translate("KeptResults", text);
}

Json toJson(const KeptBench& bench)
{
    return {{"answer", bench.answer},
            {"measured_at", bench.measuredAt},
            {"host", bench.host.toStdString()},
            {"model", bench.model.toStdString()}};
}

KeptBench benchFrom(const Json& json)
{
    KeptBench bench{.answer = json.at("answer"),
                    .measuredAt = json.at("measured_at"),
                    .host = QString::fromStdString(json.at("host")),
                    .model = QString::fromStdString(json.at("model"))};
    if (!std::isfinite(bench.measuredAt)) bench.measuredAt = 0;
    return bench;
}

/// Nothing where it is not what writeKeptResults() wrote.
std::optional<KeptResults> resultsFrom(const Json& json)
{
    try {
        if (json.at("format") != kFormat) return std::nullopt;
        KeptResults results;
        if (json.contains("op")) {
            results.op = benchFrom(json["op"]);
            if (!OpBench::from(results.op->answer)) return std::nullopt;
        }
        for (const Json& one : json.at("decode")) {
            results.decode.push_back(benchFrom(one));
            if (!DecodeBench::from(results.decode.back().answer)) return std::nullopt;
        }
        return results;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

} // namespace

const KeptBench* KeptResults::decodingOf(const QString& model) const
{
    for (const KeptBench& bench : decode)
        if (bench.model == model) return &bench;
    return nullptr;
}

void KeptResults::addDecoding(KeptBench bench)
{
    std::erase_if(decode, [&](const KeptBench& other) { return other.model == bench.model; });
    decode.insert(decode.begin(), std::move(bench));
    if (decode.size() > kMostModels) decode.resize(kMostModels);
}

KeptReading readKeptResults(const std::filesystem::path& path)
{
    const QString name = QString::fromStdString(path.string());
    QFile file(name);
    if (!file.exists()) return {};
    if (!file.open(QIODevice::ReadOnly))
        return {{}, tr("Earlier results are not shown: %1: %2").arg(name, file.errorString())};
    if (file.size() <= kLargestFile) {
        const Json json = Json::parse(file.readAll().toStdString(), nullptr, /*allow_exceptions=*/false);
        if (auto results = resultsFrom(json)) return {std::move(*results), {}};
    }
    return {{},
            tr("Earlier results are not shown: %1 is damaged. The next measurement replaces it.").arg(name)};
}

Status writeKeptResults(const std::filesystem::path& file, const KeptResults& results)
{
    Json json = {{"format", kFormat}, {"decode", Json::array()}};
    if (results.op) json["op"] = toJson(*results.op);
    for (const KeptBench& bench : results.decode)
        json["decode"].push_back(toJson(bench));
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::absolute(file).parent_path(), error);
    return writeFileAtomically(file, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

} // namespace boolab::ui
