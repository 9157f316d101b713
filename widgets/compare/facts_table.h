// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QTableView>
#include <optional>
#include <vector>

namespace boolab::ui
{

/// A cell that is shown and nothing more.
struct FactCell {
    QString text = {}, tip = {};
    bool isBold = false, isQuiet = false, isGood = false, isNumber = false;
    friend bool operator==(const FactCell&, const FactCell&) = default;
};

struct FactHead {
    QString text = {}, tip = {};
    std::optional<int> color = {}; ///< index of seriesColor(): a swatch before the text
    friend bool operator==(const FactHead&, const FactHead&) = default;
};

struct Facts2D {
    std::vector<FactHead> heads;
    std::vector<std::vector<FactCell>> rows; ///< as many cells as heads
    friend bool operator==(const Facts2D&, const Facts2D&) = default;
};

/// Facts as a table; a reading with the same shape changes cells in place, so that scroll and selection stay.
class FactsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void setFacts(Facts2D facts);
    void setDark(bool dark);
    const Facts2D& facts() const { return m_facts; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Facts2D m_facts;
    bool m_dark = false;
};

/// A table of facts, read only; Ctrl+C copies the selected cells as tab-separated text.
class FactsTable : public QTableView
{
    Q_OBJECT

public:
    explicit FactsTable(const QString& name, QWidget* parent = nullptr);
    /// Columns get their widths when the heads change.
    void setFacts(Facts2D facts);
    const Facts2D& facts() const { return m_model->facts(); }
    QString selectedText() const;

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitColumns();

    FactsModel* m_model;
    bool m_isFitting = false, m_isTouched = false; ///< touched: the user has set a width
};

} // namespace boolab::ui
