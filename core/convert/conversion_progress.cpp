// SPDX-License-Identifier: Apache-2.0
#include "core/convert/conversion_progress.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

// Layer statistics go out once per block: enough for a live chart.
constexpr std::int64_t kReportEvery = 7;

} // namespace

ConversionProgress::ConversionProgress(const ConversionPlan& plan, JobObserver& observer)
    : m_observer(observer), m_counts(plan.layers.size(), std::numeric_limits<float>::quiet_NaN()),
      m_errors(m_counts)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        names.push_back(plan.layers[i].name);
        m_places[plan.layers[i].name] = i;
        m_total += plan.counts[i] > 0 ? 1 : 0;
        if (plan.counts[i] == 0) m_counts[i] = 0; // stays dense: known before anything is converted
    }
    m_curves.assign(static_cast<std::size_t>(*std::ranges::max_element(plan.counts)), m_errors);
    observer.layers(names);
    observer.phase("converting layers", "layers");
    observer.progress(0, m_total);
}

void ConversionProgress::add(const LinearLayerInfo& layer, std::span<const double> errors)
{
    const std::size_t place = m_places.at(layer.name);
    const auto size = static_cast<double>(layer.outFeatures * layer.inFeatures);
    m_weightedError += errors.back() * size;
    m_weightedKernels += static_cast<double>(errors.size()) * size;
    m_weights += size;
    m_counts[place] = static_cast<float>(errors.size());
    m_errors[place] = static_cast<float>(errors.back());
    for (std::size_t k = 0; k < errors.size(); ++k)
        m_curves[k][place] = static_cast<float>(errors[k]);
    ++m_done;
    m_observer.metric(m_done, "relative_error", errors.back());
    if (m_done % kReportEvery == 0 || m_done == m_total) {
        m_observer.layerStats(m_done, "kernel_count", m_counts);
        m_observer.layerStats(m_done, "relative_error", m_errors);
    }
    if (m_done == m_total)
        for (std::size_t k = 0; k < m_curves.size(); ++k)
            m_observer.layerStats(m_done, fmt::format("error_after_{}", k + 1), m_curves[k]);
    m_observer.progress(m_done, m_total);
}

Status ConversionProgress::goOn()
{
    if (m_observer.command() != JobObserver::Command::Stop) return {};
    return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} layers.", m_done, m_total),
                "The same command goes on from there.");
}

} // namespace boolab
