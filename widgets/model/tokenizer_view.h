// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/tokenizer_facts.h"

#include <QWidget>
#include <memory>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QStandardItemModel;
class QTableView;
class QTimer;

namespace boolab::ui
{

class Background;
class TokenPieces;

/// The tokenizer of the opened model: vocabulary, special tokens, chat template, and a text to try. It is
/// read once somebody looks at it: a large vocabulary takes a second.
class TokenizerView : public QWidget
{
    Q_OBJECT

public:
    explicit TokenizerView(QWidget* parent = nullptr);
    ~TokenizerView() override;

    void setModel(const QString& path);
    /// Also while a text is taken apart.
    bool isReading() const { return m_isReading || m_waiting > 0; }

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Loaded {
        std::shared_ptr<const Tokenizer> tokenizer;
        TokenizerFacts facts;
        QString problem;
    };

    static Loaded readTokenizer(const std::string& model);
    QWidget* makeFacts();
    QWidget* makeTry();
    void read();
    void showTokenizer(const Loaded& loaded);
    void tokenize();
    void showTokens(const std::vector<TokenPiece>& pieces);
    void copyIds() const;
    void colorTexts();

    QStackedWidget* m_stack;
    QLabel* m_message;
    QLabel* m_size;
    QStandardItemModel* m_special;
    QTableView* m_specialView;
    QLabel* m_templateTitle;
    QPlainTextEdit* m_template;
    QPlainTextEdit* m_text;
    QCheckBox* m_frame;
    QLabel* m_count;
    QPushButton* m_copy;
    TokenPieces* m_pieces;
    QTimer* m_soon;
    Background* m_background;

    QString m_path;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    QStringList m_ids;
    bool m_isStale = false, m_isReading = false;
    int m_generation = 0, m_asked = 0, m_waiting = 0;
};

} // namespace boolab::ui
