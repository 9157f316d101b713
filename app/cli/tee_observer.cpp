// SPDX-License-Identifier: Apache-2.0
#include "app/cli/tee_observer.h"

#include <algorithm>

namespace boolab::cli
{

void TeeObserver::phase(const std::string& name, const std::string& unit)
{
    for (JobObserver* observer : m_observers)
        observer->phase(name, unit);
}

void TeeObserver::progress(std::int64_t done, std::int64_t total)
{
    for (JobObserver* observer : m_observers)
        observer->progress(done, total);
}

void TeeObserver::metric(std::int64_t step, const std::string& name, double value)
{
    for (JobObserver* observer : m_observers)
        observer->metric(step, name, value);
}

void TeeObserver::layers(const std::vector<std::string>& names)
{
    for (JobObserver* observer : m_observers)
        observer->layers(names);
}

void TeeObserver::layerStats(std::int64_t step, const std::string& quantity, const std::vector<float>& values)
{
    for (JobObserver* observer : m_observers)
        observer->layerStats(step, quantity, values);
}

void TeeObserver::log(const std::string& level, const std::string& text)
{
    for (JobObserver* observer : m_observers)
        observer->log(level, text);
}

void TeeObserver::artifact(const std::string& kind, const std::string& path)
{
    for (JobObserver* observer : m_observers)
        observer->artifact(kind, path);
}

void TeeObserver::event(std::int64_t step, const std::string& kind, const std::string& text)
{
    for (JobObserver* observer : m_observers)
        observer->event(step, kind, text);
}

void TeeObserver::sample(std::int64_t step, const TextSample& sample)
{
    for (JobObserver* observer : m_observers)
        observer->sample(step, sample);
}

JobObserver::Command TeeObserver::command()
{
    Command strongest = Command::Continue;
    for (JobObserver* observer : m_observers)
        strongest = std::max(strongest, observer->command());
    return strongest;
}

std::vector<SettingChange> TeeObserver::takeChanges()
{
    std::vector<SettingChange> all;
    for (JobObserver* observer : m_observers)
        for (SettingChange& change : observer->takeChanges())
            all.push_back(std::move(change));
    return all;
}

} // namespace boolab::cli
