// SPDX-License-Identifier: Apache-2.0
#include "app/window/screenshot.h"

#include "app/window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPixmap>
#include <QTimer>
#include <memory>

#include <fmt/format.h>

namespace boolab::ui
{

namespace
{

constexpr int kLookEveryMs = 50;
constexpr qint64 kSettleMs = 1200; // forms read their files and the runs page its database meanwhile
constexpr qint64 kPatienceMs = 60'000;

int write(MainWindow& window, const QString& file)
{
    if (window.grab().save(file, "PNG")) {
        fmt::print("{}\n", file.toStdString());
        return 0;
    }
    fmt::print(stderr, "{}: cannot be written\n", file.toStdString());
    return 1;
}

} // namespace

void takeScreenshot(MainWindow& window, const QString& pngFile)
{
    window.resize(1280, 800);
    window.show();
    auto* timer = new QTimer(&window);
    auto sinceStart = std::make_shared<QElapsedTimer>(), sinceLoaded = std::make_shared<QElapsedTimer>();
    sinceStart->start();
    sinceLoaded->start();
    QObject::connect(timer, &QTimer::timeout, &window, [&window, timer, pngFile, sinceStart, sinceLoaded] {
        if (window.isReading()) sinceLoaded->restart();
        if (sinceLoaded->elapsed() < kSettleMs && sinceStart->elapsed() < kPatienceMs) return;
        timer->stop();
        QApplication::exit(write(window, pngFile));
    });
    timer->start(kLookEveryMs);
}

} // namespace boolab::ui
