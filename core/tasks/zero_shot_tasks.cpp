// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/zero_shot_tasks.h"

#include "core/tasks/python_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

std::unexpected<Error> wrong(const std::string& what)
{
    return fail(ErrorCode::BadInput, what, "The fields are those of the Hugging Face dataset.");
}

/// Reads fields of one line, remembering the first that is wrong, so that the tasks stay short.
class Fields
{
public:
    explicit Fields(const Json& line) : m_line(line) {}

    std::string text(const char* key)
    {
        const auto found = m_line.find(key);
        if (found != m_line.end() && found->is_string()) return found->get<std::string>();
        refuse(fmt::format("\"{}\" is missing or no string", key));
        return {};
    }

    /// A text that is scored: an empty one would be no choice.
    std::string choice(const char* key)
    {
        std::string found = text(key);
        if (python::strip(found).empty())
            refuse(fmt::format("\"{}\" is empty, the text of a choice was expected", key));
        return found;
    }

    /// Refuses where one of `texts`, read from the list `key`, is empty; `why` says how it came to be.
    void refuseEmpty(const char* key, const std::vector<std::string>& texts, const char* why = "")
    {
        for (std::size_t i = 0; i < texts.size(); ++i)
            if (python::strip(texts[i]).empty())
                refuse(fmt::format("\"{}\": number {} is empty{}, the text of a choice was expected", key,
                                   i + 1, why));
    }

    std::vector<std::string> texts(const Json& holder, const char* key)
    {
        const auto found = holder.is_object() ? holder.find(key) : holder.end();
        if (holder.is_object() && found != holder.end() && found->is_array() && !found->empty() &&
            std::ranges::all_of(*found, [](const Json& one) { return one.is_string(); }))
            return found->get<std::vector<std::string>>();
        refuse(fmt::format("\"{}\" is missing, empty or no list of strings", key));
        return {};
    }
    std::vector<std::string> texts(const char* key) { return texts(m_line, key); }

    /// A number, also written as a string or a truth value, in [0, count).
    std::size_t index(const char* key, std::size_t count, std::int64_t first = 0)
    {
        const auto found = m_line.find(key);
        std::int64_t value = -1;
        if (found != m_line.end()) {
            if (found->is_boolean()) value = found->get<bool>() ? 1 : 0;
            if (found->is_number_integer()) value = found->get<std::int64_t>();
            if (found->is_string()) value = number(found->get_ref<const std::string&>());
        }
        value -= first;
        if (value >= 0 && value < static_cast<std::int64_t>(count)) return static_cast<std::size_t>(value);
        refuse(fmt::format("\"{}\" is {}, a number from {} to {} was expected", key,
                           found == m_line.end() ? "missing" : found->dump(), first,
                           first + static_cast<std::int64_t>(count) - 1));
        return 0;
    }

    void refuse(const std::string& what)
    {
        if (m_problem.empty()) m_problem = what;
    }
    const std::string& problem() const { return m_problem; }
    const Json& line() const { return m_line; }

private:
    static std::int64_t number(std::string_view text)
    {
        std::int64_t value = -1;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size() ? value : -1;
    }

    const Json& m_line;
    std::string m_problem;
};

Result<TaskDocument> finish(const Fields& fields, TaskDocument document)
{
    if (!fields.problem().empty()) return wrong(fields.problem());
    return document;
}

/// Every choice behind one context and a space.
TaskDocument multipleChoice(const std::string& context, std::vector<std::string> choices, std::size_t gold)
{
    TaskDocument document{.requests = {}, .choices = std::move(choices), .gold = gold};
    for (const std::string& choice : document.choices)
        document.requests.push_back({context, fmt::format(" {}", choice)});
    return document;
}

Result<TaskDocument> readBoolq(const Json& line)
{
    Fields fields(line);
    const std::string passage = fields.text("passage"), question = fields.text("question");
    const char* answer = line.contains("label") ? "label" : "answer";
    return finish(fields, multipleChoice(passage + "\nQuestion: " + question + "?\nAnswer:", {"no", "yes"},
                                         fields.index(answer, 2)));
}

Result<TaskDocument> readPiqa(const Json& line)
{
    Fields fields(line);
    const std::string goal = fields.text("goal");
    std::vector<std::string> solutions = {fields.choice("sol1"), fields.choice("sol2")};
    return finish(fields, multipleChoice("Question: " + goal + "\nAnswer:", std::move(solutions),
                                         fields.index("label", 2)));
}

/// Removes "[…]" within a line, the shortest ones.
std::string withoutBrackets(std::string text)
{
    std::size_t from = 0;
    for (;;) {
        const std::size_t open = text.find('[', from);
        if (open == std::string::npos) return text;
        const std::size_t close = text.find(']', open);
        if (close == std::string::npos) return text;
        if (text.find('\n', open) < close) {
            from = open + 1;
            continue;
        }
        text.erase(open, close - open + 1);
        from = open;
    }
}

std::string cleanWikiHow(const std::string& text)
{
    const std::string titled = python::replace(python::strip(text), " [title]", ". ");
    return python::replace(withoutBrackets(titled), "  ", " ");
}

Result<TaskDocument> readHellaswag(const Json& line)
{
    Fields fields(line);
    const std::string context = fields.text("activity_label") + ": " + fields.text("ctx_a") + " " +
                                python::capitalize(fields.text("ctx_b"));
    std::vector<std::string> endings = fields.texts("endings");
    for (std::string& ending : endings)
        ending = cleanWikiHow(ending);
    fields.refuseEmpty("endings", endings, " once what stands in brackets is left out");
    const std::size_t gold = fields.index("label", endings.size());
    return finish(fields, multipleChoice(cleanWikiHow(context), std::move(endings), gold));
}

/// Here the contexts differ, and the same rest of the sentence is scored behind each.
Result<TaskDocument> readWinogrande(const Json& line)
{
    Fields fields(line);
    const std::string sentence = fields.text("sentence");
    const std::size_t gap = sentence.find('_');
    if (gap == std::string::npos) fields.refuse("\"sentence\" has no gap \"_\"");
    TaskDocument document;
    document.gold = fields.index("answer", 2, 1);
    for (const char* option : {"option1", "option2"})
        document.requests.push_back({sentence.substr(0, gap) + fields.choice(option), {}});
    if (!fields.problem().empty()) return wrong(fields.problem());
    for (TaskRequest& request : document.requests)
        request.continuation = fmt::format(" {}", python::strip(std::string_view(sentence).substr(gap + 1)));
    return document;
}

/// Choices {"text": […], "label": […]}, the right one by its label.
Result<TaskDocument> labelledChoice(Fields& fields, const std::string& context, const std::string& key)
{
    const auto holder = fields.line().find("choices");
    const Json& choices = holder != fields.line().end() ? *holder : fields.line();
    const std::vector<std::string> texts = fields.texts(choices, "text"),
                                   labels = fields.texts(choices, "label");
    fields.refuseEmpty("text", texts);
    for (auto label = labels.begin(); label != labels.end(); ++label)
        if (std::find(labels.begin(), label, *label) != label)
            fields.refuse(fmt::format(
                "\"label\" names \"{}\" twice, another one was expected for each choice", *label));
    const auto right = std::ranges::find(labels, key);
    if (fields.problem().empty() && (right == labels.end() || labels.size() != texts.size()))
        fields.refuse(
            fmt::format("\"answerKey\" is \"{}\", one of the {} labels of as many texts was expected", key,
                        labels.size()));
    return finish(fields, multipleChoice(context, texts, static_cast<std::size_t>(right - labels.begin())));
}

Result<TaskDocument> readArc(const Json& line)
{
    Fields fields(line);
    const std::string context = "Question: " + fields.text("question") + "\nAnswer:";
    return labelledChoice(fields, context, fields.text("answerKey"));
}

Result<TaskDocument> readOpenBookQa(const Json& line)
{
    Fields fields(line);
    const std::string key = fields.text("answerKey");
    return labelledChoice(fields, fields.text("question_stem"), python::strip(key));
}

/// The last word, where a space ends the one before.
Result<TaskDocument> readLambada(const Json& line)
{
    Fields fields(line);
    const std::string text = fields.text("text");
    const std::size_t space = text.rfind(' ');
    if (fields.problem().empty() && space == std::string::npos) fields.refuse("\"text\" has one word only");
    if (!fields.problem().empty()) return wrong(fields.problem());
    return TaskDocument{.requests = {{text.substr(0, space), text.substr(space)}}, .choices = {}, .gold = 0};
}

const std::array kTasks{
    ZeroShotTask{.name = "boolq", .version = 2, .hasNormalised = false, .read = readBoolq},
    ZeroShotTask{.name = "piqa", .version = 1, .read = readPiqa},
    ZeroShotTask{.name = "hellaswag", .version = 1, .keepsPrepared = true, .read = readHellaswag},
    ZeroShotTask{.name = "winogrande", .version = 1, .hasNormalised = false, .read = readWinogrande},
    ZeroShotTask{.name = "arc_easy", .version = 1, .read = readArc},
    ZeroShotTask{.name = "arc_challenge", .version = 1, .read = readArc},
    ZeroShotTask{.name = "openbookqa", .version = 1, .read = readOpenBookQa},
    ZeroShotTask{
        .name = "lambada_openai", .version = 1, .hasNormalised = false, .isCloze = true, .read = readLambada},
};

} // namespace

std::span<const ZeroShotTask> zeroShotTasks()
{
    return kTasks;
}

const ZeroShotTask* findTask(const std::string& name)
{
    const auto found = std::ranges::find(kTasks, name, &ZeroShotTask::name);
    return found == kTasks.end() ? nullptr : &*found;
}

} // namespace boolab
