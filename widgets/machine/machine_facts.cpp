// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/machine_facts.h"

#include "core/base/json_field.h"
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

QString text(const Json& json, const char* key)
{
    return QString::fromStdString(textAt(json, key));
}

QString bytesText(std::int64_t bytes)
{
    return bytes < 0 ? tr("unknown") : QString::fromStdString(formatBytes(bytes));
}

QString isaText(const Json& machine)
{
    QStringList others;
    for (const Json& isa : listAt(machine, "isas"))
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
    for (const Json& gpu : listAt(machine, "gpus"))
        names.append(tr("%1 %2, %3, compute capability %4")
                         .arg(text(gpu, "device"), text(gpu, "name"),
                              bytesText(integerAt(gpu, "memory_bytes", -1)),
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
    const std::int64_t free = integerAt(machine, "available_memory_bytes", -1);
    const QString memory = bytesText(integerAt(machine, "memory_bytes", -1));
    const QString device = isKnown && listAt(machine, "gpus").empty()
                               ? tr("the CPU, for everything")
                               : tr("the CPU, unless a run asks for the GPU (Device: cuda): conversions, "
                                    "finetunings, evaluations and generating can run there");
    return {
        {tr("Processor"), shown(cpu.isEmpty() ? tr("unknown") : cpu)},
        {tr("Threads"), shown(QString::number(integerAt(machine, "threads", 1)))},
        {tr("Memory"), shown(free < 0 ? memory : tr("%1, %2 free").arg(memory, bytesText(free)))},
        {tr("Instruction set"), shown(isKnown ? isaText(machine) : QString())},
        {tr("GPU"), shown(isKnown ? gpuText(machine) : QString())},
        {tr("Device in use"), shown(device)},
    };
}

} // namespace boolab::ui
