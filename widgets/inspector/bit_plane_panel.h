// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/bit_plane_view.h"

class QComboBox;
class QLabel;

namespace boolab::ui
{

/// A layer's bit planes: a list of the kernels, the picture, and what its zoom shows.
class BitPlanePanel : public QWidget
{
    Q_OBJECT

public:
    explicit BitPlanePanel(QWidget* parent = nullptr);

    void setLayer(std::shared_ptr<const LayerInspection> layer);
    BitPlaneView* view() const { return m_view; }
    QComboBox* kernels() const { return m_kernels; }

Q_SIGNALS:
    void kernelChanged(int kernel);

private:
    QWidget* makeTop();
    void choose(int kernel);

    QComboBox* m_kernels;
    QLabel* m_zoom;
    BitPlaneView* m_view;
};

} // namespace boolab::ui
