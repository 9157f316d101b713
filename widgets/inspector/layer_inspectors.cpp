// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/layer_inspectors.h"

#include "widgets/base/store_queue.h"
#include "widgets/inspector/layer_inspector.h"

namespace boolab::ui
{

namespace
{

constexpr QPoint kBeside(48, 48);

} // namespace

LayerInspectors::LayerInspectors(std::filesystem::path cli, std::filesystem::path database, StoreQueue& store,
                                 QWidget* window)
    : QObject(window), m_cli(std::move(cli)), m_database(std::move(database)), m_store(store),
      m_window(window)
{
    connect(&m_store, &StoreQueue::relativesFound, this, &LayerInspectors::complete);
    connect(&m_store, &StoreQueue::failed, this, [this] { // the runs cannot be read: it works without them
        if (m_waiting) showNow(*std::exchange(m_waiting, std::nullopt));
    });
}

LayerInspector* LayerInspectors::newest() const
{
    return m_newest;
}

LayerInspector* LayerInspectors::open()
{
    auto* inspector = new LayerInspector(m_cli, m_database, m_window);
    inspector->setAttribute(Qt::WA_DeleteOnClose);
    if (m_newest) {
        inspector->resize(m_newest->size());
        inspector->move(m_newest->pos() + kBeside);
    }
    connect(inspector, &LayerInspector::compareRequested, this, [this](const InspectionRequest& request) {
        LayerInspector* another = open();
        another->inspect(request);
        another->show();
    });
    m_newest = inspector;
    return inspector;
}

void LayerInspectors::show(const InspectionRequest& request)
{
    if (!request.unavailable.isEmpty()) return showNow(request);
    m_waiting = request;
    m_store.findRelatives(request.model.toStdString());
}

void LayerInspectors::complete(const std::string& model, const Relatives& relatives)
{
    if (!m_waiting || m_waiting->model.toStdString() != model) return;
    InspectionRequest request = *std::exchange(m_waiting, std::nullopt);
    const auto fill = [](QString& value, const std::string& known) {
        if (value.isEmpty()) value = QString::fromStdString(known);
    };
    fill(request.original, relatives.teacher);
    fill(request.text, relatives.text);
    showNow(request);
}

void LayerInspectors::showNow(const InspectionRequest& request)
{
    LayerInspector* inspector = m_newest && m_newest->isVisible() ? m_newest.data() : open();
    inspector->inspect(request);
    inspector->show();
    inspector->raise();
    inspector->activateWindow();
    inspector->setFocus(); // so that Left and Right go through the layers at once
}

} // namespace boolab::ui
