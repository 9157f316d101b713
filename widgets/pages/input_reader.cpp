// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/input_reader.h"

#include <utility>

namespace boolab::ui
{

InputReader::InputReader(QObject* parent) : QObject(parent), m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("boolab-inputs"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start(QThread::LowPriority);
}

InputReader::~InputReader()
{
    m_thread.quit();
    m_thread.wait();
}

void InputReader::read(const Job& job)
{
    if (m_busy) {
        m_waiting = job;
        return;
    }
    m_busy = true;
    QMetaObject::invokeMethod(m_worker, [this, job, last = m_last] {
        auto report = std::make_shared<const InputReport>(readInputs(job, last.get()));
        QMetaObject::invokeMethod(this, [this, report] { finish(report); });
    });
}

void InputReader::finish(const std::shared_ptr<const InputReport>& report)
{
    m_busy = false;
    m_last = report;
    Q_EMIT ready(report);
    if (const auto next = std::exchange(m_waiting, std::nullopt)) read(*next);
}

} // namespace boolab::ui
