// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/metric_text.h"

#include <map>

#include <QCoreApplication>

namespace boolab::ui
{

QString metricTitle(const std::string& name)
{
    static const std::map<std::string, const char*> kTitles{
        {"loss", QT_TRANSLATE_NOOP("metric", "Loss")},
        {"loss_kl", QT_TRANSLATE_NOOP("metric", "KL to the teacher")},
        {"loss_hidden", QT_TRANSLATE_NOOP("metric", "Hidden states")},
        {"learning_rate", QT_TRANSLATE_NOOP("metric", "Learning rate")},
        {"flip_rate", QT_TRANSLATE_NOOP("metric", "Flip rate (share of the trained bits)")},
        {"flips", QT_TRANSLATE_NOOP("metric", "Flips per step")},
        {"flips_total", QT_TRANSLATE_NOOP("metric", "Flips so far")},
        {"grad_norm", QT_TRANSLATE_NOOP("metric", "Gradient norm of the scales")},
        {"bool_signal_norm", QT_TRANSLATE_NOOP("metric", "Norm of the Boolean signal")},
        {"bool_learning_rate", QT_TRANSLATE_NOOP("metric", "Rate of the Boolean signal")},
        {"tokens_per_second", QT_TRANSLATE_NOOP("metric", "Tokens per second")},
        {"memory_bytes", QT_TRANSLATE_NOOP("metric", "Memory (GB)")},
        {"held_out_perplexity", QT_TRANSLATE_NOOP("metric", "Held-out perplexity")},
        {"held_out_kl", QT_TRANSLATE_NOOP("metric", "KL on held-out text")},
        {"flipped_share", QT_TRANSLATE_NOOP("metric", "Differ from the start")},
        {"flipped_back_share", QT_TRANSLATE_NOOP("metric", "Flipped and came back")},
        {"ever_flipped_share", QT_TRANSLATE_NOOP("metric", "Ever flipped")},
        {"scale_drift", QT_TRANSLATE_NOOP("metric", "Drift of the scales (relative)")},
        {"cap", QT_TRANSLATE_NOOP("metric", "Cap in force")},
        {"cpu_load", QT_TRANSLATE_NOOP("metric", "CPU load (% of all cores)")},
        {"gpu_load", QT_TRANSLATE_NOOP("metric", "GPU load (%)")},
        {"gpu_memory_bytes", QT_TRANSLATE_NOOP("metric", "GPU memory in use (GB)")},
        {"exchanged_bytes", QT_TRANSLATE_NOOP("metric", "Sent to the other processes (bytes per step)")},
        {"perplexity", QT_TRANSLATE_NOOP("metric", "Perplexity")},
        {"nll", QT_TRANSLATE_NOOP("metric", "Negative log-likelihood per token")},
    };
    if (const auto found = kTitles.find(name); found != kTitles.end())
        return QCoreApplication::translate("metric", found->second);
    QString title = QString::fromStdString(name).replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!title.isEmpty()) title[0] = title[0].toUpper();
    return title;
}

double metricFactor(const std::string& name)
{
    if (name == "cpu_load" || name == "gpu_load") return 100;
    return name == "memory_bytes" || name == "gpu_memory_bytes" ? 1e-9 : 1;
}

} // namespace boolab::ui
