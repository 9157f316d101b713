// SPDX-License-Identifier: Apache-2.0
// A tiny student with two kernels, its teacher and a text: what the tests of finetuning start from.
#pragma once

#include "job_helpers.h"

#include <QTemporaryDir>

class FinetuneFixture : public QObject
{
protected:
    QTemporaryDir m_folder;

    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    /// A finetune of 12 steps, on which many bits flip, with some values changed.
    nlohmann::json job(const QString& output, nlohmann::json changes = nlohmann::json::object()) const
    {
        nlohmann::json json = {{"kind", "finetune"},
                               {"student", path("student")},
                               {"teacher", BOOLAB_TINY_MODEL},
                               {"data", path("text.txt")},
                               {"output", path(output)},
                               {"steps", 12},
                               {"seq_len", 32},
                               {"batch_size", 2},
                               {"learning_rate", 0.01},
                               {"hidden_every", 1},
                               {"bool_wait", 2},
                               {"bool_threshold", 1.0},
                               {"bool_cap", 0.01},
                               {"flips_per_token", 0.0},
                               {"dtype", "float32"},
                               {"seed", 5}};
        json.update(changes);
        return json;
    }

    static QByteArray bytes(const std::string& file)
    {
        QFile f(QString::fromStdString(file));
        return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
    }

    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    void makeStudentAndText()
    {
        qputenv("BOOLAB_HOME", m_folder.path().toUtf8());
        QByteArray text;
        for (int i = 0; i < 400; ++i)
            text += QString("Line %1 speaks of kernels, scales and bits.\n").arg(i * 7919 % 1000).toUtf8();
        write("text.txt", text);
        boolab::SilentObserver silent;
        QVERIFY(boolab::runJob(makeJob({{"kind", "convert"},
                                        {"model", BOOLAB_TINY_MODEL},
                                        {"output", path("student")},
                                        {"kernels", 2}}),
                               silent));
    }
};
