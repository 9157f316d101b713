// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtTest>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace boolab::kernels
{

inline QByteArray goldenFile(const char* name)
{
    QFile file(QStringLiteral(BOOLAB_TEST_DATA "/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("cannot open " + file.fileName().toStdString());
    return file.readAll();
}

/// Arrays one after the other out of a golden file.
class GoldenReader
{
public:
    explicit GoldenReader(QByteArray bytes) : m_bytes(std::move(bytes)) {}

    template <class T> std::vector<T> take(std::int64_t count)
    {
        const auto size = qsizetype(count) * qsizetype(sizeof(T));
        if (m_bytes.size() - m_at < size) throw std::runtime_error("golden file too short");
        std::vector<T> values(static_cast<std::size_t>(count));
        std::memcpy(values.data(), m_bytes.constData() + m_at, std::size_t(size));
        m_at += size;
        return values;
    }

    bool atEnd() const { return m_at == m_bytes.size(); }

private:
    QByteArray m_bytes;
    qsizetype m_at = 0;
};

} // namespace boolab::kernels
