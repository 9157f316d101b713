// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/machine_facts.h"

#include "core/jobs/text_format.h"

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

QString tr(const char* text)
{
    return QCoreApplication::translate("MachineFacts", text);
}

/// The member where it is of the type; an engine of another version may answer otherwise.
template <class T> T member(const Json& json, const char* key, T otherwise)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end()) return otherwise;
    if constexpr (std::is_same_v<T, std::string>)
        return found->is_string() ? found->template get<T>() : otherwise;
    else
        return found->is_number() ? found->template get<T>() : otherwise;
}

QString text(const Json& json, const char* key)
{
    return QString::fromStdString(member(json, key, std::string()));
}

QString bytesText(std::int64_t bytes)
{
    return bytes < 0 ? tr("unknown") : QString::fromStdString(formatBytes(bytes));
}

Json listOf(const Json& machine, const char* key)
{
    const auto found = machine.find(key);
    return found != machine.end() && found->is_array() ? *found : Json::array();
}

QString isaText(const Json& machine)
{
    QStringList others;
    for (const Json& isa : listOf(machine, "isas"))
        if (isa.is_string() && QString::fromStdString(isa) != text(machine, "isa"))
            others.append(QString::fromStdString(isa));
    if (others.isEmpty()) return text(machine, "isa");
    return tr("%1 in use, one of %2; also: %3")
        .arg(text(machine, "isa"))
        .arg(others.size() + 1)
        .arg(others.join(QStringLiteral(", ")));
}

QString gpuText(const Json& machine)
{
    QStringList names;
    for (const Json& gpu : listOf(machine, "gpus"))
        names.append(tr("%1 %2, %3, compute capability %4")
                         .arg(text(gpu, "device"), text(gpu, "name"),
                              bytesText(member(gpu, "memory_bytes", std::int64_t{-1})),
                              text(gpu, "compute_capability")));
    if (!names.isEmpty()) return names.join(QLatin1Char('\n'));
    const QString why = text(machine, "gpu_problem");
    return why.isEmpty() ? tr("none, CUDA ops are not used")
                         : tr("none, CUDA ops are not used (%1)").arg(why);
}

} // namespace

Facts machineFacts(const Json& machine)
{
    const bool isKnown = machine.is_object() && !machine.empty();
    const auto shown = [&](const QString& value) { return isKnown ? value : QStringLiteral("…"); };
    const QString cpu = text(machine, "cpu");
    const std::int64_t free = member(machine, "available_memory_bytes", std::int64_t{-1});
    const QString memory = bytesText(member(machine, "memory_bytes", std::int64_t{-1}));
    const QString device = isKnown && listOf(machine, "gpus").empty()
                               ? tr("the CPU, for everything")
                               : tr("the CPU for decoding; conversions can run on a GPU (--device cuda)");
    return {
        {tr("Processor"), shown(cpu.isEmpty() ? tr("unknown") : cpu)},
        {tr("Threads"), shown(QString::number(member(machine, "threads", 1)))},
        {tr("Memory"), shown(free < 0 ? memory : tr("%1, %2 free").arg(memory, bytesText(free)))},
        {tr("Instruction set"), shown(isKnown ? isaText(machine) : QString())},
        {tr("GPU"), shown(isKnown ? gpuText(machine) : QString())},
        {tr("Device in use"), shown(device)},
    };
}

} // namespace boolab::ui
