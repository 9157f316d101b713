// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/inspection_reading.h"

#include <QObject>
#include <QPointer>
#include <filesystem>

class QWidget;

namespace boolab::ui
{

class LayerInspector;
class StoreQueue;
struct Relatives;

/// The inspectors of a window. A layer is shown in the newest one; "Compare…" leaves that as it is and opens
/// another.
class LayerInspectors : public QObject
{
    Q_OBJECT

public:
    LayerInspectors(std::filesystem::path cli, std::filesystem::path database, StoreQueue& store,
                    QWidget* window);

    /// What the request does not say of the model's origin is looked up in the runs first.
    void show(const InspectionRequest& request);
    /// Null: none is open.
    LayerInspector* newest() const;

private:
    LayerInspector* open();
    void complete(const std::string& model, const Relatives& relatives);
    void showNow(const InspectionRequest& request);

    std::filesystem::path m_cli, m_database;
    StoreQueue& m_store;
    QWidget* m_window;
    std::optional<InspectionRequest> m_waiting; ///< for what the runs tell
    QPointer<LayerInspector> m_newest;
};

} // namespace boolab::ui
