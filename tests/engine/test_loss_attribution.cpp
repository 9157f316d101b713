// SPDX-License-Identifier: Apache-2.0
// What each layer's conversion costs, and the table of it that a budget is solved from.
#include "core/allocation/error_table.h"
#include "core/convert/convert_by_weights.h"
#include "core/convert/loss_attribution.h"
#include "core/convert/measure_loss.h"
#include "core/convert/probed_model.h"
#include "core/convert/read_weight.h"
#include "job_helpers.h"

#include <QTemporaryDir>
#include <numeric>

using namespace boolab;

class TestLossAttribution : public QObject
{
    Q_OBJECT

private:
    ModelFiles m_files = std::move(ModelFiles::open(BOOLAB_TINY_MODEL).value());
    at::Tensor m_sequences = at::arange(3 * 48).mul(37).remainder(200).view({3, 48});
    QTemporaryDir m_folder;

    std::vector<at::Tensor> converted(std::int64_t K)
    {
        std::vector<at::Tensor> weights;
        for (const LinearLayerInfo& info : m_files.linearLayers()) {
            ConvertedLayer layer = convertByWeights(info, readWeight(m_files, info)->data(), K, {});
            weights.push_back(denseWeight(layer));
        }
        return weights;
    }

    /// Nats per token with `weights` in place of the layers.
    double loss(const std::vector<at::Tensor>& weights)
    {
        std::size_t next = 0;
        auto model = ProbedModel::load(m_files, {}, [&](const LinearLayerInfo&, const auto&) {
            return std::make_shared<DenseLinear>(weights[next++], at::Tensor());
        });
        double sum = 0;
        for (std::int64_t s = 0; s < m_sequences.size(0); ++s)
            sum += model->backward(m_sequences[s]);
        return sum / static_cast<double>(m_sequences.size(0) * (m_sequences.size(1) - 1));
    }

    std::vector<at::Tensor> original()
    {
        std::vector<at::Tensor> weights;
        for (const LinearLayerInfo& info : m_files.linearLayers())
            weights.push_back(
                at::from_blob(readWeight(m_files, info)->data(), {info.outFeatures, info.inFeatures})
                    .clone());
        return weights;
    }

    Job job(int maxKernels) const
    {
        return makeJob({{"kind", "convert"},
                        {"model", BOOLAB_TINY_MODEL},
                        {"output", "unused"},
                        {"method", "refined"},
                        {"bits", 1.5},
                        {"calibration", "unused"},
                        {"dtype", "float32"},
                        {"max_kernels", maxKernels}});
    }

private Q_SLOTS:
    void theLayersPartsAddUpToTheRiseOfTheLoss()
    {
        SilentObserver silent;
        const double before = loss(original());
        // The straight line is long with one kernel: three nodes see less of its bend.
        for (const auto& [K, tolerance] : {std::pair{1, 0.1}, std::pair{6, 0.005}}) {
            const auto weights = converted(K);
            const auto parts = attributeLoss(m_files, {}, m_sequences, weights, silent);
            QVERIFY(parts);
            QCOMPARE(parts->size(), m_files.linearLayers().size());
            const double rise = loss(weights) - before,
                         sum = std::accumulate(parts->begin(), parts->end(), 0.0);
            QVERIFY2(std::abs(sum - rise) < tolerance * std::abs(rise),
                     qPrintable(QString("K = %1: sum %2, rise %3").arg(K).arg(sum).arg(rise)));
        }
    }

    void onlyWhatIsChangedCosts()
    {
        SilentObserver silent;
        auto weights = original();
        weights[4] = converted(1)[4];
        const auto parts = attributeLoss(m_files, {}, m_sequences, weights, silent);
        QVERIFY(parts);
        for (std::size_t i = 0; i < parts->size(); ++i)
            QCOMPARE(std::abs((*parts)[i]) > 1e-9, i == 4);
    }

    void aTableOfOneKernelGrowsByTheNext()
    {
        SilentObserver silent;
        const auto grown = m_folder.filePath("grown.json").toStdString(),
                   whole = m_folder.filePath("whole.json").toStdString();
        QVERIFY(measureLoss(m_files, job(1), m_sequences, grown, silent));
        QCOMPARE(ErrorTable::read(grown)->maxKernels(), std::int64_t{1});
        QVERIFY(measureLoss(m_files, job(3), m_sequences, grown, silent));
        QVERIFY(measureLoss(m_files, job(3), m_sequences, whole, silent));
        const ErrorTable one = ErrorTable::read(grown).value(), other = ErrorTable::read(whole).value();
        QCOMPARE(one.maxKernels(), std::int64_t{3});
        for (std::size_t i = 0; i < one.layers.size(); ++i) {
            QCOMPARE(one.layers[i].lossError, other.layers[i].lossError);
            QVERIFY(one.layers[i].weightError[2] < one.layers[i].weightError[0]);
        }
    }
};

QTEST_GUILESS_MAIN(TestLossAttribution)
#include "test_loss_attribution.moc"
