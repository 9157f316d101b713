// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/value_check.h"

#include "core/inspect/check_values.h"

namespace boolab::ui
{

namespace
{

Status readValues(const std::string& model, const std::vector<std::string>& names,
                  const ValueCheckObserver& observer)
{
    const auto files = ModelFiles::open(model);
    if (!files) return std::unexpected(files.error());
    std::vector<const TensorInfo*> tensors;
    for (const std::string& name : names)
        if (const TensorInfo* tensor = files->find(name)) tensors.push_back(tensor);
    return checkValues(*files, tensors, observer);
}

} // namespace

ValueCheck::ValueCheck(QObject* parent) : QObject(parent), m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("boolab-values"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start(QThread::LowPriority);
}

ValueCheck::~ValueCheck()
{
    if (m_stop) *m_stop = true;
    m_thread.quit();
    m_thread.wait();
}

void ValueCheck::start(const QString& model, const std::vector<std::string>& tensors)
{
    if (m_stop) *m_stop = true;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_isRunning = true;
    // What an older check still has to say is dropped here: its flag is another one.
    const auto say = [this, stop = m_stop](auto what) {
        QMetaObject::invokeMethod(this, [this, stop, what] {
            if (stop == m_stop) what();
        });
    };
    QMetaObject::invokeMethod(m_worker, [this, say, stop = m_stop, path = model.toStdString(), tensors] {
        int last = -1;
        const auto goOn = [&](std::int64_t done, std::int64_t total) {
            const int percent =
                total > 0 ? static_cast<int>(100.0 * static_cast<double>(done) / static_cast<double>(total))
                          : 100;
            if (percent != last) say([this, percent] { Q_EMIT progressed(percent); });
            last = percent;
            return !*stop;
        };
        const auto tell = [&](const TensorInfo& tensor, const ValueFigures& figures) {
            say([this, name = tensor.name, figures] { Q_EMIT found(name, figures); });
        };
        const auto read = readValues(path, tensors, {.found = tell, .goOn = goOn});
        const bool wasStopped = !read && read.error().code == ErrorCode::Stopped;
        const QString problem = read || wasStopped ? QString() : QString::fromStdString(read.error().text());
        say([this, problem, wasStopped] { end(problem, wasStopped); });
    });
}

void ValueCheck::stop()
{
    if (m_stop) *m_stop = true;
}

void ValueCheck::drop()
{
    stop();
    m_stop.reset();
    m_isRunning = false;
}

void ValueCheck::end(const QString& problem, bool wasStopped)
{
    m_isRunning = false;
    Q_EMIT ended(problem, wasStopped);
}

} // namespace boolab::ui
