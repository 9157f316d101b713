// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/generate/next_logits.h"
#include "core/generate/written_token.h"

#include <functional>
#include <memory>
#include <string>

namespace boolab
{

struct GenerateRequest {
    std::string prompt;
    std::int64_t tokens = 64;
    double temperature = 0;
    std::int64_t topK = 0;
    double topP = 1.0;
    std::uint64_t seed = 0;
    bool chat = false;          ///< wrap the prompt as a user's message in the model's chat template
    bool probabilities = false; ///< tell the tokens, too: a softmax over the vocabulary each
    std::string place = {};     ///< where the prompt stands ("FILE, line 3"), for errors; may be empty
};

struct GenerateResult {
    std::string text; ///< what follows the prompt
    std::int64_t promptTokens = 0, newTokens = 0;
    double promptSeconds = 0, decodeSeconds = 0;
    std::string finishReason;          ///< "stop" (end token), "length", "stopped"
    std::vector<WrittenToken> written; ///< with probabilities alone

    double tokensPerSecond() const
    {
        return decodeSeconds > 0 ? static_cast<double>(newTokens) / decodeSeconds : 0.0;
    }
};

/// One prompt as a generate job's other options say.
GenerateRequest requestOf(const Job& job, std::string prompt);

/// A loaded model that answers prompts one after another (the command line, the playground).
class GenerateSession
{
public:
    /// Of a generate job, whose model `open` loads.
    static Result<GenerateSession> open(const Job& job, const LogitsOpener& open);
    GenerateSession(GenerateSession&&) noexcept;
    ~GenerateSession();

    /// `onPiece` receives whole UTF-8 pieces as they come and returns false to stop.
    Result<GenerateResult> generate(const GenerateRequest& request,
                                    const std::function<bool(const WrittenPiece&)>& onPiece);
    /// At most `together` at once; where one ends the next begins. Each text is what it would be alone. An
    /// unusable request is an error before the first token, logits that are no numbers (BadInput) one in
    /// between. `onPiece` is told whose text goes on; false stops all of them.
    using OnPiece = std::function<bool(std::size_t request, const WrittenPiece&)>;
    Result<std::vector<GenerateResult>> generateAll(std::span<const GenerateRequest> requests,
                                                    std::size_t together, const OnPiece& onPiece);

private:
    struct Impl;
    explicit GenerateSession(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
