// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu_name.h"

#include <QtTest>

using namespace boolab;

class TestCpuName : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheName_data()
    {
        QTest::addColumn<QString>("cpuinfo");
        QTest::addColumn<QString>("name");
        QTest::newRow("x86")
            << "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some CPU @ 2.50GHz\nflags\t: a b\n"
            << "Some CPU @ 2.50GHz";
        QTest::newRow("Arm board") << "processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Small Board 4\n"
                                   << "Small Board 4";
        QTest::newRow("no name") << "processor\t: 0\nmodel name\t:\n"
                                 << "";
        QTest::newRow("nothing") << ""
                                 << "";
    }
    void readsTheName()
    {
        QFETCH(QString, cpuinfo);
        QFETCH(QString, name);
        QCOMPARE(QString::fromStdString(cpuNameFrom(cpuinfo.toStdString())), name);
    }
};

QTEST_GUILESS_MAIN(TestCpuName)
#include "test_cpu_name.moc"
