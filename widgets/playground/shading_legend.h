// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

namespace boolab::ui
{

/// What the grounds of tokens mean: how probable their model held them.
class ShadingLegend : public QWidget
{
    Q_OBJECT

public:
    explicit ShadingLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int swatchWidth() const;
};

} // namespace boolab::ui
