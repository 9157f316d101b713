// SPDX-License-Identifier: Apache-2.0
#include "app/window/window_tour.h"

#include "app/window/main_window.h"
#include "widgets/base/navigation_list.h"

namespace boolab::ui
{

namespace
{

QRect rowOf(const MainWindow& window, Page page)
{
    const auto* list = window.findChild<NavigationList*>(QStringLiteral("navigation"));
    const QRect row = list->visualItemRect(list->item(static_cast<int>(page)));
    return {list->viewport()->mapTo(&window, row.topLeft()), row.size()};
}

} // namespace

std::vector<TourStop> windowTour(MainWindow& window)
{
    const auto stop = [&window](Page page, const QString& text) {
        return TourStop{titleOf(page), text, [&window, page] { return rowOf(window, page); },
                        [&window, page] { window.showPage(page); }};
    };
    return {
        stop(Page::Welcome,
             MainWindow::tr("Drop a model anywhere on this window: a Hugging Face folder, a .gguf, a "
                            ".safetensors. The sample project is a model of 135 million parameters with jobs "
                            "that run as they are.")),
        stop(Page::Convert,
             MainWindow::tr("Turns every linear layer into a few Boolean kernels: signs, one bit "
                            "per weight each, with a scale per row and per column. Say how many, "
                            "or how many bits in all.")),
        stop(Page::Finetune,
             MainWindow::tr("Trains the signs themselves, with the full-precision model as the "
                            "teacher. The panel beside the form says what memory it takes before "
                            "you start.")),
        stop(Page::Runs, MainWindow::tr("Every job is a run: watch its loss, its flips and its layers live; "
                                        "pause, stop, resume. Runs go on when you close the window.")),
        stop(Page::Compare,
             MainWindow::tr("Lay runs side by side: curves over each other, settings that differ, scores "
                            "of one protocol, and what bits cost in perplexity.")),
        stop(Page::Playground,
             MainWindow::tr("Ask several models the same, and see how sure each was of every word "
                            "and where they first disagree.")),
        stop(Page::Evaluate,
             MainWindow::tr("Perplexity and zero-shot tasks, counted as "
                            "lm-evaluation-harness counts them, and how far a Boolean model has "
                            "gone from its teacher.")),
        stop(Page::Export, MainWindow::tr("Writes the model for transformers or llama.cpp, reads it back and "
                                          "compares it. Press F1 for all shortcuts; Help shows this tour "
                                          "again.")),
    };
}

} // namespace boolab::ui
