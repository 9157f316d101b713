// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/bit_plane_view.h"

class QLabel;
class QTabBar;

namespace boolab::ui
{

/// A layer's bit planes: a tab per kernel, the picture, and what its zoom shows.
class BitPlanePanel : public QWidget
{
    Q_OBJECT

public:
    explicit BitPlanePanel(QWidget* parent = nullptr);

    void setLayer(std::shared_ptr<const LayerInspection> layer);
    BitPlaneView* view() const { return m_view; }
    QTabBar* tabs() const { return m_tabs; }

Q_SIGNALS:
    void kernelChanged(int kernel);

private:
    QWidget* makeTop();
    void choose(int kernel);

    QTabBar* m_tabs;
    QLabel* m_zoom;
    BitPlaneView* m_view;
};

} // namespace boolab::ui
