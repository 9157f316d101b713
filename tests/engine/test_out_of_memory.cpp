// SPDX-License-Identifier: Apache-2.0
// A real failed allocation: the process may not grow, and the job needs more than there is.
#include "job_helpers.h"

#include <QTemporaryDir>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

using namespace boolab;

namespace
{

std::uint64_t addressSpaceBytes()
{
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0;
    statm >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Lets the process grow by so many bytes while it lives.
class GrowthLimit
{
public:
    explicit GrowthLimit(std::uint64_t bytes)
    {
        getrlimit(RLIMIT_AS, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = addressSpaceBytes() + bytes;
        m_set = setrlimit(RLIMIT_AS, &limit) == 0;
    }
    ~GrowthLimit() { setrlimit(RLIMIT_AS, &m_before); }
    bool isSet() const { return m_set; }

private:
    rlimit m_before = {};
    bool m_set = false;
};

} // namespace

class TestOutOfMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailedAllocationIsExplainedAndTheNextJobRuns()
    {
        QTemporaryDir folder;
        const std::string text = folder.filePath("text.txt").toStdString();
        std::ofstream out(text);
        for (int i = 0; i < 40000; ++i)
            out << "Line " << i << " speaks of kernels, scales and bits.\n";
        out.close();
        const auto job = [&](int window) {
            return makeJob({{"kind", "evaluate"},
                            {"model", BOOLAB_TINY_MODEL},
                            {"perplexity", text},
                            {"seq_len", window},
                            {"windows", 1},
                            {"dtype", "float32"}});
        };
        SilentObserver silent;
        QVERIFY(runJob(job(64), silent)); // LibTorch's threads and pools exist now
        {
            const GrowthLimit limit(96 << 20);
            QVERIFY(limit.isSet());
            const auto result = runJob(job(200000), silent);
            QVERIFY(!result);
            QVERIFY2(result.error().code == ErrorCode::OutOfMemory, result.error().text().c_str());
            QVERIFY2(result.error().message.find("GiB are needed") != std::string::npos,
                     result.error().message.c_str());
            QVERIFY(!result.error().hint.empty());
        }
        QVERIFY(runJob(job(64), silent));
    }
};

QTEST_GUILESS_MAIN(TestOutOfMemory)
#include "test_out_of_memory.moc"
