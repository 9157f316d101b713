// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/model_menu.h"

#include "core/base/normal_path.h"
#include "widgets/base/pick_path.h"
#include "widgets/pages/model_facts.h"

#include <algorithm>

namespace boolab::ui
{

namespace
{

constexpr int kShownRuns = 12;

/// As a menu shows it.
QString plain(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

ModelMenu::ModelMenu(QWidget* parent) : QMenu(parent)
{
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &ModelMenu::fill);
}

bool ModelMenu::offers(const QString& path) const
{
    if (path.isEmpty()) return false;
    const auto isIt = [&](const QString& other) { return samePath(other.toStdString(), path.toStdString()); };
    return std::ranges::none_of(m_shown, isIt) && std::ranges::none_of(m_offered, isIt);
}

void ModelMenu::offer(QMenu& menu, const QString& text, const QString& path)
{
    if (!offers(path)) return;
    m_offered.append(path);
    QAction* action = menu.addAction(plain(text), this, [this, path] { Q_EMIT chosen(path); });
    action->setToolTip(path);
    action->setData(path);
}

void ModelMenu::fill()
{
    clear();
    m_offered.clear();
    if (!m_open.isEmpty()) offer(*this, tr("%1 (open in this window)").arg(modelName(m_open)), m_open);
    addRelatives();
    addSeparator();
    addRecent();
    addRuns();
    addSeparator();
    addAction(tr("&File…"), this, [this] { browse(false); });
    addAction(tr("F&older…"), this, [this] { browse(true); });
}

void ModelMenu::addRelatives()
{
    for (const QString& shown : std::as_const(m_shown))
        for (const RunModel& run : m_runs) {
            const QString source = QString::fromStdString(run.source),
                          path = QString::fromStdString(run.path);
            if (samePath(run.path, shown.toStdString()))
                offer(*this, tr("%1 (what %2 was made from)").arg(modelName(source), modelName(shown)),
                      source);
            if (samePath(run.source, shown.toStdString()))
                offer(*this, tr("%1 (made from %2)").arg(modelName(path), modelName(shown)), path);
        }
}

void ModelMenu::addRuns()
{
    auto* menu = addMenu(tr("Models of &runs"));
    menu->setToolTipsVisible(true);
    const QStringList outside = std::exchange(m_offered, {}); // a run is found here in any case
    for (const RunModel& run : m_runs) {
        if (m_offered.size() == kShownRuns) break;
        const QString path = QString::fromStdString(run.path);
        offer(*menu, tr("%1 – %2").arg(modelName(path), QString::fromStdString(run.name)), path);
    }
    m_offered = outside;
    menu->setEnabled(!menu->isEmpty());
}

void ModelMenu::addRecent()
{
    for (const ModelRecord& model : m_recent) {
        const QString path = QString::fromStdString(model.path);
        offer(*this, modelName(path), path);
    }
}

void ModelMenu::browse(bool folder)
{
    const QString path = pickPath(parentWidget(), folder ? tr("Add a model folder") : tr("Add a model"),
                                  folder ? PickPath::ExistingFolder : PickPath::ExistingFile, {});
    if (!path.isEmpty()) Q_EMIT chosen(path);
}

} // namespace boolab::ui
