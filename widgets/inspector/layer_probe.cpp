// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/layer_probe.h"

#include "core/jobs/job_spec.h"

namespace boolab::ui
{

LayerProbe::LayerProbe(std::filesystem::path cli, std::filesystem::path database, QObject* parent)
    : QObject(parent), m_database(std::move(database)), m_call(std::move(cli))
{
    connect(&m_call, &EngineCall::finished, this, &LayerProbe::take);
    connect(&m_call, &EngineCall::failed, this, &LayerProbe::tellFailure);
}

void LayerProbe::start(const InspectionRequest& request, int tokens)
{
    QStringList arguments{QStringLiteral("inspect"),
                          request.model,
                          QStringLiteral("--layer"),
                          request.layer,
                          QStringLiteral("--probe"),
                          request.text.isEmpty() ? QString::fromLatin1(kBuiltinProbe) : request.text,
                          QStringLiteral("--probe-tokens"),
                          QString::number(tokens),
                          QStringLiteral("--db"),
                          QString::fromStdString(m_database.string()),
                          QStringLiteral("--json"),
                          QStringLiteral("--quiet")};
    if (!request.original.isEmpty()) arguments << QStringLiteral("--original") << request.original;
    m_call.start(arguments);
}

void LayerProbe::take(const nlohmann::json& answer)
{
    if (const auto result = ProbeResult::from(answer))
        Q_EMIT finished(*result);
    else
        Q_EMIT failed(m_call.strangeAnswer());
}

void LayerProbe::tellFailure(EngineCall::Failure kind, const QString& message)
{
    Q_EMIT failed(kind == EngineCall::Failure::Killed ? message + tr(" Take fewer probe tokens.") : message);
}

} // namespace boolab::ui
