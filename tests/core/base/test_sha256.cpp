// SPDX-License-Identifier: Apache-2.0
// SHA-256 against the examples of FIPS 180-4 and Qt.
#include "core/base/sha256.h"

#include <QCryptographicHash>
#include <QtTest>

using namespace boolab;

class TestSha256 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheStandardsExamples()
    {
        QCOMPARE(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QCOMPARE(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        QCOMPARE(sha256Hex(std::string(1'000'000, 'a')),
                 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    /// Around the ends of one and two blocks, where the padding changes.
    void equalsQtAtEveryLength()
    {
        std::string text;
        for (int length = 0; length < 200; ++length) {
            const QByteArray bytes(text.data(), static_cast<qsizetype>(text.size()));
            QCOMPARE(QByteArray::fromStdString(sha256Hex(text)),
                     QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
            text += static_cast<char>(length * 73 + 129);
        }
    }
};

QTEST_GUILESS_MAIN(TestSha256)
#include "test_sha256.moc"
