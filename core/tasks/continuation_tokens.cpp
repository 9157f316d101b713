// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/continuation_tokens.h"

#include "core/tasks/python_text.h"
#include "core/tokenizer/first_token.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

using Tokens = std::vector<std::int32_t>;

/// Context and continuation.
Result<std::pair<Tokens, Tokens>> encodePair(const TaskRequest& request, const Tokenizer& tokenizer,
                                             bool addBos)
{
    if (request.context.empty()) {
        const auto first = firstToken(tokenizer);
        if (!first)
            return fail(ErrorCode::BadInput, "an empty context, and a tokenizer without a first token",
                        "Leave the question out.");
        return std::pair(Tokens{*first}, tokenizer.encode(request.continuation));
    }
    const std::size_t kept = python::lengthWithoutTrailingSpace(request.context);
    const Tokens context = tokenizer.encode(std::string_view(request.context).substr(0, kept), addBos);
    const Tokens whole = tokenizer.encode(request.context + request.continuation, addBos);
    return std::pair(context,
                     Tokens(whole.begin() + std::min(std::ssize(whole), std::ssize(context)), whole.end()));
}

} // namespace

Result<ContinuationTokens> continuationTokens(const TaskRequest& request, const Tokenizer& tokenizer,
                                              bool addBos, std::int64_t maxLength)
{
    auto pair = encodePair(request, tokenizer, addBos);
    if (!pair) return std::unexpected(pair.error());
    auto& [context, continuation] = *pair;
    if (continuation.empty())
        return fail(ErrorCode::BadInput,
                    fmt::format("the continuation \"{}\" gives no token", request.continuation),
                    "An empty choice cannot be scored: correct the data.");
    if (std::ssize(continuation) > maxLength)
        return fail(ErrorCode::BadInput,
                    fmt::format("a choice of {} tokens is longer than the model's context of {}",
                                continuation.size(), maxLength),
                    "Leave the question out, or use a model with a longer context.");
    if (context.empty()) return fail(ErrorCode::BadInput, "the context gives no token", "Correct the data.");
    ContinuationTokens tokens{.input = std::move(context), .targets = continuation};
    tokens.input.insert(tokens.input.end(), continuation.begin(), continuation.end());
    if (std::ssize(tokens.input) > maxLength + 1)
        tokens.input.erase(tokens.input.begin(), tokens.input.end() - (maxLength + 1));
    tokens.input.pop_back();
    return tokens;
}

} // namespace boolab
