// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/format_text.h"

#include <cmath>

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace boolab::ui
{
namespace
{

QString translated(const char* text)
{
    return QCoreApplication::translate("format", text);
}

} // namespace

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return {};
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole < 60) return translated("%1 s").arg(whole);
    if (whole < 3600) return translated("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    if (whole < 86400) return translated("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
    return translated("%1 d %2 h").arg(whole / 86400).arg(whole % 86400 / 3600);
}

QString dateTimeText(double unixSeconds)
{
    if (unixSeconds <= 0) return {};
    return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(unixSeconds))
        .toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString byteText(std::int64_t bytes)
{
    return QLocale::c().formattedDataSize(bytes, bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

} // namespace boolab::ui
