// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCryptographicHash>
#include <QString>
#include <span>

/// As make_gguf_golden.py hashes: SHA-256 of the values as little-endian float32.
inline std::string sha256Of(std::span<const float> values)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(values.data()),
                                static_cast<qsizetype>(values.size_bytes())));
    return hash.result().toHex().toStdString();
}

inline std::string samplePath()
{
    return std::string(BOOLAB_SOURCE_DIR) + "/projects/smollm2-135m/models/SmolLM2-135M-Instruct.Q4_1.gguf";
}
