// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/save_file.h"

#include <utility>

#include <QFileDialog>

namespace boolab::ui
{
namespace
{

QString& nextSaveFile()
{
    static QString file;
    return file;
}

} // namespace

QString askSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filter)
{
    if (QString answer = std::exchange(nextSaveFile(), {}); !answer.isEmpty()) return answer;
    return QFileDialog::getSaveFileName(parent, title, suggestion, filter);
}

void setNextSaveFile(const QString& file)
{
    nextSaveFile() = file;
}

} // namespace boolab::ui
