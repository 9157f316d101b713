// SPDX-License-Identifier: Apache-2.0
// Golden bytes: tensorboard 2.21.0's own protocol buffers and checksums (tests/golden/make_tensorboard.py).
#include "core/formats/tensorboard_events.h"

#include <QTest>
#include <cmath>

using namespace boolab;

namespace
{

const QByteArray kVersion =
    "1800000000000000a37f4b220900000000000000401a0d627261696e2e4576656e743a32ff2ee0e7";
const QByteArray kScalar =
    "1a00000000000000129bd82d09000000000000004010072a0d0a0b0a046c6f7373150000c03f1b484874";
const QByteArray kText =
    "3d000000000000006049f1ec09000000000000004010ac022a2f0a2d0a126e6f7465732f746578745f73756d6d617279"
    "420d080712041202080142032320784a080a060a0474657874cbb2145b";

QByteArray hex(const TensorboardEvents& events)
{
    return QByteArray::fromStdString(events.bytes()).toHex();
}

} // namespace

class TestTensorboardEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumIsThatOfTheStandard()
    {
        QCOMPARE(crc32c("123456789"), 0xe3069283U);
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8a9136aaU); // RFC 3720, B.4
        QCOMPARE(crc32c(""), 0U);
    }

    void startsWithTheVersion() { QCOMPARE(hex(TensorboardEvents(2.0)), kVersion); }

    void aPointHasTensorboardsBytes()
    {
        TensorboardEvents events(2.0);
        events.scalar(2.0, 7, "loss", 1.5F);
        QCOMPARE(hex(events), kVersion + kScalar);
    }

    void aTextHasTensorboardsBytes()
    {
        TensorboardEvents events(2.0);
        events.text(2.0, 300, "notes/text_summary", "# x");
        QCOMPARE(hex(events), kVersion + kText);
    }

    void notANumberIsWrittenAsSuch()
    {
        TensorboardEvents events(2.0);
        events.scalar(2.0, 7, "loss", std::nanf(""));
        QVERIFY(hex(events).contains("150000c07f"));
    }
};

QTEST_GUILESS_MAIN(TestTensorboardEvents)
#include "test_tensorboard_events.moc"
