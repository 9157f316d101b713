// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/step_arithmetic.h"

#include <QtTest>

using namespace boolab;

class TestStepArithmetic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsEveryProductOnce()
    {
        ModelConfig config;
        config.vocabSize = 11;
        config.hiddenSize = 4;
        config.intermediateSize = 6;
        config.numLayers = 1;
        config.numHeads = 2;
        config.numKvHeads = 1;
        config.headDim = 2;
        config.source = nlohmann::json::object();
        const double linear = 4 * 4 + 2 * 4 * 2 + 4 * 4 + 3 * 4 * 6; // q, k and v, o, MLP
        const double attention = 2 * 4 * 8 / 2; // scores and mix over 8 keys, half masked
        const double perToken = 2 * (4 * linear + 3 * 11 * 4 + 4 * attention);
        QCOMPARE(stepArithmetic(config, 16, 8), 16 * perToken);
    }
};

QTEST_APPLESS_MAIN(TestStepArithmetic)
#include "test_step_arithmetic.moc"
