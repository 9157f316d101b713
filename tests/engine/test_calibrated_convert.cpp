// SPDX-License-Identifier: Apache-2.0
// Conversions that look at inputs: what they gain, that they go on after a stop, and on what they stumble.
#include "core/convert/conversion_store.h"
#include "core/formats/model_files.h"
#include "job_helpers.h"

#include <QDir>
#include <QTemporaryDir>

using namespace boolab;

namespace
{

/// Asks for a stop at the n-th question.
class StopAt : public SilentObserver
{
public:
    explicit StopAt(int calls) : m_left(calls) {}
    Command command() override { return --m_left <= 0 ? Command::Stop : Command::Continue; }

private:
    int m_left;
};

} // namespace

class TestCalibratedConvert : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }
    nlohmann::json job(const QString& output, const char* method) const
    {
        return {{"kind", "convert"},
                {"model", BOOLAB_TINY_MODEL},
                {"output", path(output)},
                {"method", method},
                {"kernels", 2},
                {"calibration", path("text.txt")},
                {"dtype", "float32"},
                {"calibration_tokens", 2048},
                {"calibration_seq_len", 64}};
    }
    double divergence(const QString& model) const
    {
        SilentObserver silent;
        auto result = runJob(makeJob({{"kind", "evaluate"},
                                      {"model", path(model)},
                                      {"reference", BOOLAB_TINY_MODEL},
                                      {"perplexity", path("text.txt")},
                                      {"seq_len", 64},
                                      {"windows", 20},
                                      {"dtype", "float32"}}),
                             silent);
        if (!result) qFatal("%s", result.error().text().c_str());
        return (*result)["kl_divergence"];
    }
    static QByteArray weights(const std::string& model)
    {
        QFile file(QString::fromStdString(model) + "/model.safetensors");
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("BOOLAB_HOME", m_folder.path().toUtf8());
        QFile text(m_folder.filePath("text.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < 600; ++i)
            text.write(
                qPrintable(QString("Line %1 speaks of kernels, scales and bits.\n").arg(i * 7919 % 1000)));
    }

    void underTheWholeHessianTheModelStaysMuchCloser()
    {
        SilentObserver silent;
        std::vector<double> kl;
        for (const char* method : {"refined", "calibrated", "gptq"}) {
            auto result = runJob(makeJob(job(method, method)), silent);
            QVERIFY2(result, result ? "" : result.error().text().c_str());
            kl.push_back(divergence(method));
        }
        const QString shown = QString("%1 %2 %3").arg(kl[0]).arg(kl[1]).arg(kl[2]);
        // On random weights column weights alone decide little; the whole H does.
        QVERIFY2(kl[2] < 0.5 * std::min(kl[0], kl[1]), qPrintable(shown));
        QVERIFY(weights(path("calibrated")) != weights(path("refined")));
    }

    void aStoppedConversionGoesOnToTheSameBytes_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("layer by layer") << "refined";
        QTest::newRow("block by block") << "gptq";
    }
    void aStoppedConversionGoesOnToTheSameBytes()
    {
        QFETCH(QString, method);
        const QByteArray name = method.toUtf8();
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job(method + "-whole", name)), silent));
        StopAt stop(2);
        const auto stopped = runJob(makeJob(job(method + "-parts", name)), stop);
        QVERIFY(!stopped);
        QVERIFY(stopped.error().code == ErrorCode::Stopped);
        QVERIFY(!QDir(m_folder.filePath(method + "-parts")).exists());
        QVERIFY(QDir(m_folder.filePath(method + "-parts.conversion")).exists());
        const auto done = runJob(makeJob(job(method + "-parts", name)), silent);
        QVERIFY2(done, done ? "" : done.error().text().c_str());
        QVERIFY(weights(path(method + "-parts")) == weights(path(method + "-whole")));
        QVERIFY(!QDir(m_folder.filePath(method + "-parts.conversion")).exists());
    }

    void otherSettingsDoNotContinueAStoppedConversion()
    {
        StopAt stop(3);
        QVERIFY(!runJob(makeJob(job("changed", "refined")), stop));
        SilentObserver silent;
        auto json = job("changed", "refined");
        json["kernels"] = 1;
        QVERIFY(runJob(makeJob(json), silent));
        auto files = ModelFiles::open(path("changed"));
        QVERIFY(files);
        for (const auto& layer : files->linearLayers())
            QCOMPARE(layer.kernelCount, std::int64_t{1});
    }

    void aBudgetIsSolvedFromTheCacheTheSecondTime()
    {
        auto json = job("budget", "refined");
        json.update({{"bits", 2.5}});
        RecordingObserver first, second;
        QVERIFY(runJob(makeJob(json), first));
        json["bits"] = 1.5;
        auto result = runJob(makeJob(json), second);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const double kernels = (*result)["kernels"];
        QVERIFY(kernels <= 1.5 && kernels > 1.3);
        QCOMPARE(QDir(m_folder.filePath("cache")).entryList({"errors-*.json"}).size(), 1);
    }

    void aWeightThatIsNotFiniteIsNamed_data()
    {
        QTest::addColumn<QString>("method");
        QTest::newRow("layer by layer") << "svid";
        QTest::newRow("block by block") << "gptq";
    }
    void aWeightThatIsNotFiniteIsNamed()
    {
        QFETCH(QString, method);
        const QString folder = m_folder.filePath("damaged-" + method);
        QVERIFY(QDir().mkpath(folder));
        for (const QString& name : QDir(BOOLAB_TINY_MODEL).entryList(QDir::Files))
            QVERIFY(QFile::copy(QString(BOOLAB_TINY_MODEL) + "/" + name, folder + "/" + name));
        auto files = SafetensorsFile::open((folder + "/model.safetensors").toStdString());
        QVERIFY(files);
        qint64 place = -1, width = 0;
        QFile raw(folder + "/model.safetensors");
        raw.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(raw.open(QIODevice::ReadWrite));
        const auto* begin = raw.map(0, raw.size());
        for (const SafetensorsTensor& tensor : files->tensors())
            if (tensor.name == "model.layers.1.mlp.up_proj.weight") {
                width = qint64(tensor.bytes.size()) / (tensor.shape[0] * tensor.shape[1]);
                const QByteArray bytes(reinterpret_cast<const char*>(tensor.bytes.data()), 64);
                place =
                    QByteArray::fromRawData(reinterpret_cast<const char*>(begin), raw.size()).indexOf(bytes);
            }
        QVERIFY(place > 0);
        QVERIFY(raw.seek(place + 3 * width));
        raw.write(QByteArray(int(width), char(0xff))); // all ones is a NaN in every float type
        raw.close();
        auto json = job("never-" + method, method.toUtf8());
        json["model"] = folder.toStdString();
        SilentObserver silent;
        const auto result = runJob(makeJob(json), silent);
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("model.layers.1.mlp.up_proj.weight") != std::string::npos &&
                     result.error().message.find("row 0, column 3") != std::string::npos,
                 result.error().message.c_str());
    }

    void aShortTextIsRefused()
    {
        QFile text(m_folder.filePath("short.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("Hardly a word.");
        text.close();
        auto json = job("never", "gptq");
        json["calibration"] = path("short.txt");
        SilentObserver silent;
        const auto result = runJob(makeJob(json), silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("at least one sequence of 64") != std::string::npos);
    }

    void aTokenizerOfAnotherModelIsRefusedBeforeTheWork()
    {
        const QDir source(BOOLAB_TINY_MODEL), copy(m_folder.filePath("other-tokenizer"));
        QVERIFY(copy.mkpath("."));
        for (const QString& name : source.entryList(QDir::Files))
            QVERIFY(QFile::copy(source.filePath(name), copy.filePath(name)));
        QFile file(copy.filePath("tokenizer.json"));
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) && file.open(QIODevice::ReadWrite));
        auto tokenizer = nlohmann::json::parse(file.readAll().toStdString());
        tokenizer["model"]["vocab"]["foreign"] = 100'000;
        file.resize(0);
        file.write(QByteArray::fromStdString(tokenizer.dump()));
        file.close();
        auto json = job("never", "gptq");
        json["model"] = copy.path().toStdString();
        SilentObserver silent;
        const auto result = runJob(makeJob(json), silent);
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("ids up to 100000") != std::string::npos,
                 result.error().message.c_str());
        QVERIFY(!QDir(m_folder.filePath("never")).exists());
    }
};

QTEST_GUILESS_MAIN(TestCalibratedConvert)
#include "test_calibrated_convert.moc"
