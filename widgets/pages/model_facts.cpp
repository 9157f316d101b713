// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/model_facts.h"

#include "core/jobs/text_format.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStringList>
#include <algorithm>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("ModelFacts", text);
}

QString count(const nlohmann::json& json, const char* key)
{
    return QString::fromStdString(formatCount(json.value(key, std::int64_t{0})));
}

QString bytes(const nlohmann::json& json, const char* key)
{
    return QString::fromStdString(formatBytes(json.value(key, std::int64_t{0})));
}

QString kindText(const nlohmann::json& inspection)
{
    const std::string kind = inspection.value("kind", "");
    if (kind == "gguf") return tr("GGUF file");
    return kind == "boolean" ? tr("Boolean model folder") : tr("Hugging Face model");
}

QString parametersText(const nlohmann::json& inspection)
{
    const auto parameters = inspection.value("parameters", std::int64_t{0});
    return QStringLiteral("%1 (%2)").arg(QString::fromStdString(formatShortCount(parameters)),
                                         QString::fromStdString(formatCount(parameters)));
}

/// "3 per layer", "2 to 4 per layer", or that no layer is converted.
QString kernelsText(const nlohmann::json& layers)
{
    std::int64_t least = 0, most = 0;
    for (const auto& layer : layers) {
        const auto kernels = layer.value("kernels", std::int64_t{0});
        if (kernels == 0) continue;
        least = least == 0 ? kernels : std::min(least, kernels);
        most = std::max(most, kernels);
    }
    if (most == 0) return tr("none: its layers are dense");
    return least == most ? tr("%1 per layer").arg(most) : tr("%1 to %2 per layer").arg(least).arg(most);
}

QString dtypesText(const nlohmann::json& dtypes)
{
    QStringList parts;
    for (const auto& [name, use] : dtypes.items())
        parts.append(QStringLiteral("%1: %2").arg(QString::fromStdString(name), bytes(use, "bytes")));
    return parts.join(QStringLiteral(", "));
}

QString bitsText(const nlohmann::json& inspection)
{
    const auto bits = [&](const char* key) { return QString::number(inspection.value(key, 0.0), 'f', 2); };
    return tr("%1 in linear layers with scales, %2 over the whole file of %3")
        .arg(bits("bits_per_weight"), bits("bits_per_weight_all"), bytes(inspection, "file_bytes"));
}

} // namespace

QString modelName(const QString& path)
{
    const QFileInfo info(path);
    const bool isNameless = info.fileName() == QLatin1String("model.safetensors");
    return isNameless ? info.dir().dirName() : info.fileName();
}

Facts modelFacts(const nlohmann::json& inspection)
{
    const nlohmann::json config = inspection.value("config", nlohmann::json::object());
    const QString heads = QStringLiteral("%1 / %2").arg(count(config, "num_attention_heads"),
                                                        count(config, "num_key_value_heads"));
    const QString head =
        config.value("tie_word_embeddings", false) ? tr("tied to the embeddings") : tr("of its own");
    return {
        {tr("Format"), kindText(inspection)},
        {tr("Architecture"), QString::fromStdString(inspection.value("architecture", ""))},
        {tr("Parameters"), parametersText(inspection)},
        {tr("File size"), bytes(inspection, "file_bytes")},
        {tr("Stored as"), dtypesText(inspection.value("dtypes", nlohmann::json::object()))},
        {tr("Bits per weight"), bitsText(inspection)},
        {tr("Boolean kernels"), kernelsText(inspection.value("layers", nlohmann::json::array()))},
        {tr("Blocks"), count(config, "num_hidden_layers")},
        {tr("Hidden size"), count(config, "hidden_size")},
        {tr("MLP size"), count(config, "intermediate_size")},
        {tr("Heads / KV heads"), heads},
        {tr("Vocabulary"), tr("%1 tokens").arg(count(config, "vocab_size"))},
        {tr("Context"), tr("%1 tokens").arg(count(config, "max_position_embeddings"))},
        {tr("Output head"), head},
    };
}

} // namespace boolab::ui
