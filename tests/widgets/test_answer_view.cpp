// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/theme.h"
#include "widgets/playground/agreement.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/token_shading.h"
#include "widgets/playground/token_text.h"

#include <QTest>
#include <QTextBlock>
#include <cmath>

using namespace boolab::ui;

namespace
{

AnswerPiece piece(const std::string& text, double probability = 0.5)
{
    return {.text = text, .tokens = {{.text = QString::fromStdString(text), .probability = probability}}};
}

std::vector<AnswerPiece> words(const QStringList& texts)
{
    std::vector<AnswerPiece> pieces;
    for (const QString& text : texts)
        pieces.push_back(piece(text.toStdString()));
    return pieces;
}

QString plainSpaces(QString text)
{
    return text.replace(QChar::Nbsp, QLatin1Char(' '));
}

/// Of relative luminances (WCAG 2).
double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& color) {
        const auto linear = [](double c) {
            return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
               0.0722 * linear(color.blueF());
    };
    const double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
    return std::max(one, other) / std::min(one, other);
}

QColor groundAt(const AnswerView& view, int position)
{
    QTextCursor cursor(view.document());
    cursor.setPosition(position + 1); // the format is that of the letter before
    return cursor.charFormat().background().color();
}

Agreement agree(const QStringList& own, bool ownEnded, const QStringList& theirs, bool theirsEnded,
                bool writing, AnswerView& a, AnswerView& b)
{
    a.clearAnswer();
    b.clearAnswer();
    a.append(words(own));
    b.append(words(theirs));
    return agreementOf({.view = &a, .name = "K2", .isWriting = writing, .endedItself = ownEnded},
                       {.view = &b, .name = "Teacher", .isWriting = writing, .endedItself = theirsEnded});
}

} // namespace

class TestAnswerView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textStaysReadableOnEveryShade_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textStaysReadableOnEveryShade()
    {
        QFETCH(bool, dark);
        const QPalette palette = dark ? darkPalette() : lightPalette();
        for (const double p : {1.0, 0.5, 0.1, 0.01, 0.001, 1e-9, 0.0}) {
            const double ratio = contrast(palette.color(QPalette::Text), tokenShade(p, palette));
            QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1: %2").arg(p).arg(ratio)));
        }
        QVERIFY(contrast(differenceText(palette), differenceGround(palette)) >= 4.5);
        QVERIFY(contrast(differenceGround(palette), tokenShade(1, palette)) >= 3);
        QCOMPARE(tokenShade(1, palette), palette.color(QPalette::Base));
        QVERIFY(tokenShade(0.5, palette) != tokenShade(0.05, palette));
        QCOMPARE(tokenShade(0.001, palette), tokenShade(1e-6, palette));
    }

    void tokensAreShadedByTheirProbability()
    {
        AnswerView view;
        view.append({piece("sure", 1.0), piece(" guess", 0.01)});
        QCOMPARE(groundAt(view, 0), tokenShade(1.0, view.palette()));
        QCOMPARE(groundAt(view, 4), tokenShade(0.01, view.palette()));
        QVERIFY(groundAt(view, 0) != groundAt(view, 4));
        view.setShaded(false);
        QCOMPARE(groundAt(view, 4), groundAt(view, 0));
        view.setShaded(true);
        QCOMPARE(groundAt(view, 4), tokenShade(0.01, view.palette()));
    }

    /// A letter of several tokens is one piece; its ground is that of the least likely.
    void aLetterOfSeveralTokensIsOneShade()
    {
        AnswerView view;
        view.append(
            {piece("a"),
             {.text = "€", .tokens = {{.text = "?", .probability = 0.9}, {.text = "?", .probability = 0.02}}},
             piece("b")});
        QCOMPARE(view.toPlainText(), QString("a€b"));
        QCOMPARE(groundAt(view, 1), tokenShade(0.02, view.palette()));
        QCOMPARE(view.tokensBefore(4), 3);
        QCOMPARE(view.detailAt(1).count('\n'), 1); // a line per token
        view.setMarks({1});
        QCOMPARE(view.markedTexts(), QStringList{"€"});
    }

    void lineEndsAndWideLettersKeepPlaces()
    {
        AnswerView view;
        view.append(words({"1\n", "2\r\n", "😀", " end"}));
        view.setMarks({view.answer().find(" end")});
        QCOMPARE(view.markedTexts(), QStringList{" end"});
        view.setMarks({view.answer().find("😀")});
        QCOMPARE(view.markedTexts(), QStringList{"😀"});
        view.setMarks({});
        QVERIFY(view.markedTexts().isEmpty());
    }

    void aMarkAtTheEndDoesNotGrow()
    {
        AnswerView view;
        view.append(words({"one", " two"}));
        view.setMarks({3});
        view.append(words({" three"}));
        QCOMPARE(view.markedTexts(), QStringList{" two"});
    }

    void theReadersCursorStaysWhileTextComes()
    {
        AnswerView view;
        QStringList details;
        connect(&view, &AnswerView::detailChanged, this, [&](const QString& text) { details << text; });
        view.append(words({"one", " two"}));
        view.append(words({" three"}));
        QCOMPARE(view.textCursor().position(), 0);
        QVERIFY(!view.textCursor().hasSelection());
        QVERIFY(details.isEmpty());
        QTextCursor cursor = view.textCursor();
        cursor.setPosition(4);
        view.setTextCursor(cursor);
        QCOMPARE(details.size(), 1);
        QVERIFY2(plainSpaces(details[0]).startsWith("“ two”"), qPrintable(details[0]));
        view.append(words({" four"}));
        QCOMPARE(view.textCursor().position(), 4);
        QVERIFY(!view.textCursor().hasSelection());
        QCOMPARE(details.size(), 1);
    }

    void tellsWhatElseTheModelWouldHaveWritten()
    {
        const AnswerToken token{.text = " Paris",
                                .probability = 0.821,
                                .rank = 1,
                                .alternatives = {{" Paris", 0.821}, {" the", 0.04}, {"\n", 0.00021}}};
        const QString text = plainSpaces(tokenText(token));
        for (const char* part : {"“ Paris”", "82.1 %", "its likeliest", "“ the” 4.0 %", "“↵” 0.021 %"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
        QCOMPARE(text.count("Paris"), 1);
        AnswerView view;
        view.append({{.text = " Paris", .tokens = {token}}});
        QCOMPARE(plainSpaces(view.detailAt(2)), text);
        QCOMPARE(AnswerView().detailAt(0), QString());
    }

    void saysWhereAnswersPart_data()
    {
        QTest::addColumn<QStringList>("own");
        QTest::addColumn<bool>("ownEnded");
        QTest::addColumn<QStringList>("theirs");
        QTest::addColumn<bool>("theirsEnded");
        QTest::addColumn<bool>("writing");
        QTest::addColumn<QString>("expected");
        const QStringList cat{"A", " cat", " sat"}, cow{"A", " cat", " ran"}, two{"A", " cat"};
        QTest::newRow("later")
            << cat << false << cow << false << true
            << "Agrees with Teacher for 2 tokens, then writes “ sat” where that writes “ ran”.";
        QTest::newRow("at once")
            << QStringList{"x"} << false << cow << false << true
            << "Differs from Teacher from the first token on: it writes “x” where that writes "
               "“A”.";
        QTest::newRow("so far") << two << false << cat << false << true
                                << "Agrees with Teacher so far, for 2 tokens.";
        QTest::newRow("to the end") << cat << true << cat << true << false
                                    << "Agrees with Teacher to the end, for 3 tokens.";
        QTest::newRow("cut") << two << false << cat << false << false
                             << "Agrees with Teacher as far as both go, for 2 tokens.";
        QTest::newRow("it ends") << two << true << cat << false << false
                                 << "Agrees with Teacher for 2 tokens, then ends where that writes “ sat”.";
        QTest::newRow("the other ends")
            << cat << false << two << true << false
            << "Agrees with Teacher for 2 tokens, then writes “ sat” where that ends.";
        QTest::newRow("a token that the other's begins with")
            << QStringList{"A", " ", "1"} << false << cat << false << false
            << "Agrees with Teacher for 1 token, then writes “ ” where that writes “ cat”.";
        QTest::newRow("other cuts of the same text")
            << QStringList{"A c", "at", " sat", "!"} << false << QStringList{"A", " cat", " sat", "."}
            << false << false << "Agrees with Teacher for 3 tokens, then writes “!” where that writes “.”.";
        QTest::newRow("nothing yet") << QStringList() << false << cat << false << true << "";
    }
    void saysWhereAnswersPart()
    {
        QFETCH(QStringList, own);
        QFETCH(bool, ownEnded);
        QFETCH(QStringList, theirs);
        QFETCH(bool, theirsEnded);
        QFETCH(bool, writing);
        QFETCH(QString, expected);
        AnswerView a, b;
        const Agreement agreement = agree(own, ownEnded, theirs, theirsEnded, writing, a, b);
        QCOMPARE(plainSpaces(agreement.text), expected);
        QCOMPARE(agreement.byte.has_value(), expected.contains("where that"));
    }
};

QTEST_MAIN(TestAnswerView)
#include "test_answer_view.moc"
