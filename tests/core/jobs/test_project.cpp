// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/project.h"

#include <QtTest>

using namespace boolab;

class TestProject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensAFolderAndItsFileAlike();
    void defaultsReachTheJobsThatKnowThem();
    void rejectsBrokenProjects_data();
    void rejectsBrokenProjects();
    void sampleProjectsAreSound();

private:
    std::string write(const QByteArray& json);
    QTemporaryDir m_folder;
};

std::string TestProject::write(const QByteArray& json)
{
    QFile file(m_folder.filePath("project.json"));
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size()) return {};
    return m_folder.path().toStdString();
}

void TestProject::opensAFolderAndItsFileAlike()
{
    const std::filesystem::path folder = write(R"({"name": "p", "model": "models/m.gguf", "jobs": [
        {"kind": "convert", "model": "models/m.gguf", "output": "work/k3"},
        {"kind": "generate", "model": "work/k3", "prompt": "a", "project": "other"}]})");
    for (const auto& path : {folder, folder / "project.json"}) {
        const auto project = Project::open(path);
        QVERIFY2(project, project ? "" : project.error().text().c_str());
        QCOMPARE(project->title, std::string("p"));
        QCOMPARE(project->model, folder / "models/m.gguf");
        QCOMPARE(project->jobs.size(), std::size_t{2});
        QCOMPARE(project->jobs[0].text("output"), (folder / "work/k3").string());
        QCOMPARE(project->jobs[0].text("project"), std::string("p"));
        QCOMPARE(project->jobs[1].text("project"), std::string("other"));
    }
}

void TestProject::defaultsReachTheJobsThatKnowThem()
{
    const auto folder = write(R"({"name": "p", "defaults": {"seed": 5, "kernels": 2}, "jobs": [
        {"kind": "inspect", "model": "m"}, {"kind": "convert", "model": "m", "output": "o"},
        {"kind": "convert", "model": "m", "output": "o", "kernels": 4}]})");
    const auto project = Project::open(folder);
    QVERIFY2(project, project ? "" : project.error().text().c_str());
    QCOMPARE(project->jobs[0].integer("seed"), std::int64_t{5});
    QCOMPARE(project->jobs[1].integer("kernels"), std::int64_t{2});
    QCOMPARE(project->jobs[2].integer("kernels"), std::int64_t{4});
}

void TestProject::rejectsBrokenProjects_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no JSON") << QByteArray("{") << QByteArray("project.json: is no JSON");
    QTest::newRow("list") << QByteArray("[]") << QByteArray("a project is a JSON object");
    QTest::newRow("no name") << QByteArray(R"({"jobs": []})") << QByteArray("key \"name\" is missing");
    QTest::newRow("no jobs") << QByteArray(R"({"name": "p"})") << QByteArray("key \"jobs\" is missing");
    QTest::newRow("unknown key") << QByteArray(R"({"name": "p", "job": []})")
                                 << QByteArray("knows no key \"job\"");
    QTest::newRow("jobs of numbers") << QByteArray(R"({"name": "p", "jobs": [1]})")
                                     << QByteArray("project.json: job 1: a job is");
    QTest::newRow("incomplete job")
        << QByteArray(
               R"({"name": "p", "jobs": [{"kind": "inspect", "model": "m"}, {"kind": "convert", "model": "m"}]})")
        << QByteArray("project.json: job 2: convert: --output is missing");
    QTest::newRow("wrong default")
        << QByteArray(
               R"({"name": "p", "defaults": {"seed": "x"}, "jobs": [{"kind": "inspect", "model": "m"}]})")
        << QByteArray("\"seed\" is \"x\"");
}

void TestProject::rejectsBrokenProjects()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, message);
    const auto project = Project::open(write(json));
    QVERIFY(!project);
    QCOMPARE(project.error().code, ErrorCode::BadInput);
    QVERIFY2(QByteArray::fromStdString(project.error().message).contains(message),
             project.error().message.c_str());
}

void TestProject::sampleProjectsAreSound()
{
    const QDir projects(QStringLiteral(BOOLAB_SOURCE_DIR "/projects"));
    const QStringList names = projects.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QVERIFY(!names.isEmpty());
    for (const QString& name : names) {
        const auto project = Project::open(projects.filePath(name).toStdString());
        QVERIFY2(project, project ? "" : project.error().text().c_str());
        QCOMPARE(QString::fromStdString(project->name), name);
        QVERIFY(!project->jobs.empty());
    }
}

QTEST_GUILESS_MAIN(TestProject)
#include "test_project.moc"
