// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/kernel_table_model.h"

#include "widgets/charts/chart_ticks.h"

namespace boolab::ui
{

namespace
{

QString numberAt(const std::vector<double>& values, std::size_t place)
{
    return place < values.size() ? valueText(values[place]) : QStringLiteral("–");
}

QString spreadText(const ValueSpread& spread)
{
    return QStringLiteral("%1 ± %2 (%3 … %4)")
        .arg(valueText(spread.mean), valueText(spread.deviation), valueText(spread.minimum),
             valueText(spread.maximum));
}

} // namespace

void KernelTableModel::setReading(const InspectionReading& reading)
{
    beginResetModel();
    m_reading = reading;
    m_probe = {};
    endResetModel();
}

void KernelTableModel::setProbe(const ProbeResult& probe)
{
    m_probe = probe;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int KernelTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_reading.layer ? 0 : static_cast<int>(m_reading.layer->kernels.size());
}

int KernelTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString KernelTableModel::shown(std::size_t kernel, int column) const
{
    const KernelInspection& inspected = m_reading.layer->kernels[kernel];
    switch (column) {
    case Kernel:
        return QString::number(kernel + 1);
    case PlusShare:
        return QString::number(100 * inspected.plusShare, 'f', 2) + QStringLiteral(" %");
    case WeightError:
        return numberAt(m_reading.weightErrors, kernel);
    case OutputError:
        return numberAt(m_probe.outputError, kernel);
    case InModelError:
        return numberAt(m_probe.outputErrorInModel, kernel);
    case OutputRms:
        return numberAt(m_probe.outputRms, kernel);
    case ScaleOut:
        return spreadText(inspected.outSpread);
    case ScaleIn:
        return spreadText(inspected.inSpread);
    default:
        return {};
    }
}

QVariant KernelTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    if (role == Qt::DisplayRole) return shown(static_cast<std::size_t>(index.row()), index.column());
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant KernelTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    const bool isTip = role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && !isTip) return {};
    switch (section) {
    case Kernel:
        return isTip ? tr("Kernels in the order of the sum") : tr("Kernel");
    case PlusShare:
        return isTip ? tr("Share of +1 among its signs") : tr("+1");
    case WeightError:
        return isTip ? tr("‖W − Ŵ‖² / ‖W‖² with this kernel and those before") : tr("Weight error");
    case OutputError:
        return isTip ? tr("‖Wx − Ŵx‖² / ‖Wx‖² on the full-precision model's inputs, with this kernel and "
                          "those before")
                     : tr("Output error");
    case InModelError:
        return isTip ? tr("‖Wx − Ŵx′‖² / ‖Wx‖² with the inputs x′ that the layer gets in the Boolean model")
                     : tr("… in the model");
    case OutputRms:
        return isTip ? tr("Root mean square of the kernel's own output") : tr("Output RMS");
    case ScaleOut:
        return isTip ? tr("Scales of the outputs: mean ± standard deviation (range)") : tr("Scales out, u");
    case ScaleIn:
        return isTip ? tr("Scales of the inputs: mean ± standard deviation (range)") : tr("Scales in, v");
    default:
        return {};
    }
}

} // namespace boolab::ui
