// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/rank_order.h"

#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "core/finetune/optimizer_state.h"

#include <array>
#include <bit>
#include <cstring>
#include <sstream>
#include <torch/serialize.h>

namespace boolab
{

namespace
{

constexpr std::array kKindNames = {"data", "step", "compare", "end"};

RankOrder::Kind kindOf(const std::string& name)
{
    for (std::size_t i = 0; i < kKindNames.size(); ++i)
        if (name == kKindNames[i]) return static_cast<RankOrder::Kind>(i);
    throw RankLost("rank 0 said something that this Boolab does not understand");
}

void mix(std::uint64_t& sum, const at::Tensor& tensor)
{
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    const at::Tensor dense = tensor.detach().to(at::kCPU).contiguous();
    const auto* const bytes = static_cast<const std::uint8_t*>(dense.const_data_ptr());
    for (std::size_t i = 0; i < dense.nbytes(); i += kWord) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + i, std::min(kWord, dense.nbytes() - i));
        sum = (std::rotl(sum, 5) ^ word) * 0x9E3779B97F4A7C15ULL; // as in FxHash
    }
}

} // namespace

std::string RankOrder::toText() const
{
    const nlohmann::json json = {{"kind", kKindNames[static_cast<std::size_t>(kind)]},
                                 {"job", job},
                                 {"step", step},
                                 {"cap_factor", capFactor},
                                 {"rate_factor", rateFactor},
                                 {"bool_rate_factor", boolRateFactor},
                                 {"settings", settings},
                                 {"take_back_flips", takeBackFlips},
                                 {"take_state", takeState},
                                 {"reason", reason}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

RankOrder RankOrder::fromText(const std::string& text)
{
    const auto json = nlohmann::json::parse(text, nullptr, false);
    RankOrder order;
    try {
        order.kind = kindOf(json.at("kind").get<std::string>());
        order.job = json.at("job");
        json.at("step").get_to(order.step);
        json.at("cap_factor").get_to(order.capFactor);
        json.at("rate_factor").get_to(order.rateFactor);
        json.at("bool_rate_factor").get_to(order.boolRateFactor);
        order.settings = json.at("settings");
        json.at("take_back_flips").get_to(order.takeBackFlips);
        json.at("take_state").get_to(order.takeState);
        json.at("reason").get_to(order.reason);
    } catch (const nlohmann::json::exception&) {
        throw RankLost("rank 0 said something that this Boolab does not understand");
    }
    return order;
}

nlohmann::json sharedJob(const Job& job)
{
    nlohmann::json shared = job.toJson();
    for (const OptionSpec& option : job.spec().options)
        if (option.type == OptionType::Path) shared.erase(option.key);
    for (const OptionSpec& option : commonOptions())
        if (option.key != "seed" && option.key != "dtype") shared.erase(option.key);
    for (const char* own : {"resume", "rank_timeout"})
        shared.erase(own);
    shared["boolab"] = boolabVersion();
    shared["libtorch"] = libtorchVersion();
    return shared;
}

void shareTokens(RankGroup& group, std::vector<std::int32_t>& ids)
{
    std::string bytes(reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(ids[0]));
    bytes = group.broadcast(bytes);
    ids.resize(bytes.size() / sizeof(ids[0]));
    std::memcpy(ids.data(), bytes.data(), ids.size() * sizeof(ids[0]));
}

void shareState(RankGroup& group, const LoadedModel& student, Trainer& trainer)
{
    const torch::NoGradGuard noGrad;
    std::vector<at::Tensor> tensors;
    for (const auto& layer : student.booleanLayers)
        for (const at::Tensor& tensor : {layer->bits(), layer->scaleOut(), layer->scaleIn()})
            tensors.push_back(tensor);
    for (const NamedTensor& norm : trainer.norms())
        tensors.push_back(norm.tensor);
    for (const at::Tensor& tensor : trainer.booleans().state())
        tensors.push_back(tensor);
    for (at::Tensor& tensor : tensors)
        group.broadcast(tensor);
    std::ostringstream saved;
    if (group.rank() == 0) {
        const MomentsOnHost moments(trainer.scales());
        torch::save(trainer.scales(), saved);
    }
    std::istringstream shared(group.broadcast(saved.str()));
    if (group.rank() != 0) loadOptimizer(trainer.scales(), shared);
}

std::int64_t checksumOf(const LoadedModel& student)
{
    std::uint64_t sum = 0;
    for (const auto& layer : student.booleanLayers)
        for (const at::Tensor& tensor : {layer->bits(), layer->scaleOut(), layer->scaleIn()})
            mix(sum, tensor);
    return std::bit_cast<std::int64_t>(sum);
}

} // namespace boolab
