// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/bench_bars.h"

#include "core/jobs/text_format.h"

#include <QCoreApplication>
#include <cmath>

namespace boolab::ui
{

namespace
{

constexpr double kGiga = 1e9, kMega = 1e6;

QString tr(const char* text)
{
    return QCoreApplication::translate("BenchBars", text);
}

QString bytesText(std::int64_t bytes)
{
    return QString::fromStdString(formatBytes(bytes));
}

QString countText(std::int64_t count)
{
    return QString::fromStdString(formatCount(count));
}

/// Three digits: a machine does not repeat itself better.
QString rateText(double rate)
{
    const int digits = rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2;
    return QString::number(rate, 'f', digits);
}

QString percentText(double share)
{
    return tr("%1 %").arg(QString::number(100 * share, 'f', share < 0.0995 ? 1 : 0));
}

enum OpSeries { kAllThreads, kOneThread, kDense };

Bar rateBar(int series, double rate, const QString& about)
{
    const QString text = rateText(rate / kGiga);
    return {series, rate / kGiga, text, tr("%1: %2 Gw/s").arg(about, text)};
}

BarGroup opGroup(const OpFigure& figure, int threads)
{
    const QString name = QStringLiteral("%1 × %2").arg(countText(figure.out), countText(figure.in));
    BarGroup group{name, tr("%1 packed").arg(bytesText(figure.packedBytes)), {}};
    const QString all = threads == 1 ? tr("one thread") : tr("%1 threads").arg(threads);
    if (figure.allThreads > 0) {
        Bar bar = rateBar(kAllThreads, figure.allThreads, tr("%1, %2").arg(name, all));
        if (figure.dense > 0) {
            const QString faster = rateText(figure.allThreads / figure.dense);
            bar.label = tr("%1 · %2× dense").arg(bar.label, faster);
            bar.text += tr(", %1 times as fast as dense").arg(faster);
        }
        bar.text += tr(", %1 of the memory's speed").arg(percentText(figure.ofMemory));
        group.bars.push_back(bar);
    }
    if (threads > 1 && figure.oneThread > 0)
        group.bars.push_back(rateBar(kOneThread, figure.oneThread, tr("%1, one thread").arg(name)));
    if (figure.dense > 0)
        group.bars.push_back(rateBar(kDense, figure.dense, tr("%1, dense float32, %2").arg(name, all)));
    else
        group.bars.push_back({kDense, NAN,
                              tr("dense: %1, not measured").arg(bytesText(4 * figure.out * figure.in)),
                              tr("%1, dense float32: a weight of %2 is too large to be measured beside")
                                  .arg(name, bytesText(4 * figure.out * figure.in))});
    return group;
}

BarGroup sizeGroup(const QString& name, std::int64_t bytes, std::int64_t bytes16, const QString& stored)
{
    const auto megabytes = [](std::int64_t count) { return static_cast<double>(count) / kMega; };
    QString label = bytesText(bytes);
    const double ratio = bytes > 0 ? static_cast<double>(bytes16) / static_cast<double>(bytes) : 0;
    if (ratio >= 1.05) label = tr("%1 · %2× smaller").arg(label, QString::number(ratio, 'f', 1));
    return {name,
            {},
            {{0, megabytes(bytes), label, tr("%1, %2: %3").arg(name, stored, label)},
             {1, megabytes(bytes16), bytesText(bytes16),
              tr("%1, in 16 bits: %2").arg(name, bytesText(bytes16))}}};
}

} // namespace

QStringList opSeries(int threads)
{
    if (threads == 1) return {tr("packed, one thread"), QString(), tr("dense float32")};
    return {tr("packed, %1 threads").arg(threads), tr("packed, one thread"), tr("dense float32")};
}

std::vector<BarGroup> opBars(const OpBench& bench)
{
    std::vector<BarGroup> groups;
    for (const OpFigure& figure : bench.figures)
        groups.push_back(opGroup(figure, bench.threads));
    return groups;
}

QString opLimitText(const OpBench& bench)
{
    return tr("memory limit, %1 Gw/s").arg(rateText(bench.memoryLimit() / kGiga));
}

std::vector<BarGroup> decodeBars(const DecodeBench& bench)
{
    std::vector<BarGroup> groups;
    for (const DecodeFigure& figure : bench.figures) {
        const QString name =
            figure.sequences == 1 ? tr("1 sequence") : tr("%1 sequences").arg(figure.sequences);
        const QString rate = rateText(figure.tokensPerSecond), share = percentText(figure.ofMemory);
        groups.push_back({name,
                          {},
                          {{0, figure.tokensPerSecond, tr("%1 · %2 of memory").arg(rate, share),
                            tr("%1: %2 tokens/s, %3 of the memory's speed").arg(name, rate, share)}}});
    }
    return groups;
}

QString decodeLimitText(const DecodeBench& bench)
{
    return tr("memory limit of 1 sequence, %1 tokens/s").arg(rateText(bench.memoryLimit()));
}

QStringList sizeSeries(const ModelSizes& sizes)
{
    return {sizes.isBoolean ? tr("packed") : tr("as stored"), tr("in 16 bits")};
}

std::vector<BarGroup> sizeBars(const ModelSizes& sizes)
{
    const QString stored = sizeSeries(sizes).front();
    return {sizeGroup(tr("Linear layers"), sizes.layerBytes, sizes.layerBytes16, stored),
            sizeGroup(sizes.hasHead ? tr("Embeddings, head") : tr("Embeddings"), sizes.otherBytes,
                      sizes.otherBytes16, stored),
            sizeGroup(tr("Total"), sizes.bytes(), sizes.bytes16(), stored)};
}

} // namespace boolab::ui
