// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/token_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("TokenText", text);
}

} // namespace

QString percentText(double probability)
{
    const double percent = 100 * probability;
    if (percent >= 99.95 && percent < 100) return QStringLiteral("> 99.9 %");
    const QString number = percent >= 1       ? QString::number(percent, 'f', 1)
                           : percent >= 0.001 ? QString::number(percent, 'g', 2)
                                              : QStringLiteral("< 0.001");
    return number + QStringLiteral(" %");
}

QString quoted(const QString& text)
{
    QString shown = text;
    shown.replace(QLatin1Char('\n'), QStringLiteral("↵")).replace(QLatin1Char('\t'), QStringLiteral("⇥"));
    shown.replace(QLatin1Char(' '), QChar::Nbsp); // no line is broken behind the quotation mark
    return QStringLiteral("“%1”").arg(shown);
}

QString tokenText(const AnswerToken& token)
{
    const QString what = token.isEnd ? tr("End, %1").arg(quoted(token.text)) : quoted(token.text);
    const QString rank =
        token.rank == 1 ? tr("its likeliest") : tr("number %1 of its choices").arg(token.rank);
    QString text = tr("%1: %2, %3.").arg(what, percentText(token.probability), rank);
    QStringList others;
    for (const TokenChance& other : token.alternatives)
        if (other.text != token.text)
            others << tr("%1 %2").arg(quoted(other.text), percentText(other.probability));
    if (!others.isEmpty()) text += QLatin1Char(' ') + tr("Else %1.").arg(others.join(QStringLiteral(", ")));
    return text;
}

} // namespace boolab::ui
