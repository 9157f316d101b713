# SPDX-License-Identifier: Apache-2.0
"""What transformers' chat template environment renders: tests/core/tokenizer/data/chat.json.

python make_chat_golden.py   (pip: transformers, jinja2)

The templates are written here, in the style of those that instruct models carry, and as one-liners for single features.
"""
import json
import pathlib

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

DATA = pathlib.Path(__file__).resolve().parent.parent / "core" / "tokenizer" / "data"

CHATML = """{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system
You are a helpful AI assistant<|im_end|>
' }}{% endif %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}
"""
LLAMA3 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not tools_in_user_message is defined %}
    {%- set tools_in_user_message = true %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined and false %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The system message is taken out of the list. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Cutting Knowledge Date: December 2023\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One tool call at a time") }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
QWEN25 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are a careful assistant.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
QWEN3 = """{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}{%- set content = message.content %}{%- else %}{%- set content = '' %}{%- endif %}
    {%- if message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if '</think>' in content %}
            {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index and reasoning_content %}
            {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""
MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- for message in loop_messages | rejectattr("role", "equalto", "tool") %}
    {%- if (message["role"] == "user") != (loop.index0 % 2 == 0) %}
        {{- raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif %}
{%- endfor %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported!") }}
    {%- endif %}
{%- endfor %}
"""
GEMMA = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}"""
MACROS = """{%- macro turn(role, text='', mark="|") -%}
  <{{ mark }}{{ role | upper }}{{ mark }}>
  {{- text }}
{%- endmacro %}
  {% for m in messages if m.role != 'system' %}
  {{ turn(m.role, text=m.content, mark='#') }}
  {% else %}
  nobody
  {% endfor %}
{% raw %}{{ kept }} {% as is %}{% endraw %}
{% set block %}  {{ messages | length }} turns  {% endset %}[{{ block | trim }}]
{%+ if true %} plus {% endif +%}
{# a comment #}
tail
"""
FEATURES = [
    "{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 1 + 2 * 3 - -4 }} {{ 10 % 4 }} {{ 1.5 + 1 }} {{ 1e20 }} {{ 0.1 + 0.2 }}",
    "{{ 'a' ~ 1 ~ none ~ true ~ 1.0 }} {{ 'ab' * 3 }} {{ [1, 'x', none, true, 2.5, {'k': [1]}] }} {{ \"it's\" }} {{ [\"it's\", 'tab\\t', 'é', '\\u200b'] }}",
    "{{ [1, 2, 3][1:] }} {{ [1, 2, 3][::-1] }} {{ 'héllo'[1:4] }} {{ 'héllo'[-1] }} {{ [1,2,3][-2:] }} {{ (1, 2)[0] }} {{ 'abc'[5:] }}|{{ [1,2,3,4,5][1:5:2] }}",
    "{{ messages | map(attribute='role') | join(', ') }} {{ messages | map(attribute='content') | map('upper') | list }}",
    "{{ {'a': 1, 'b': [1, 2.0, none, true, 'ü\"\\n']} | tojson }} {{ {'b': 1, 'a': {}} | tojson(indent=2) }} {{ [] | tojson }} {{ 'x' | tojson }}",
    "{% for k, v in {'x': 1, 'y': 2}.items() %}{{ k }}={{ v }};{% endfor %}{% for k in {'x': 1}|items %}{{ k[0] }}{% endfor %}",
    "{% set ns = namespace(n=0, found=false) %}{% for i in range(5) %}{% if i is odd %}{% set ns.n = ns.n + i %}{% endif %}{% endfor %}{{ ns.n }} {{ ns.found }}",
    "{% for i in range(6) %}{% if i == 1 %}{% continue %}{% elif i > 3 %}{% break %}{% endif %}{{ i }}{{ ',' if not loop.last }}{% endfor %}",
    "{{ missing is defined }} {{ missing is none }} {{ none is none }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is sequence }} {{ 1 is number }} {{ true is boolean }} {{ [] is iterable }} {{ 1.0 is float }} {{ 3 is divisibleby 3 }}",
    "[{{ missing }}] [{{ missing | default('d') }}] [{{ '' | default('d', true) }}] [{{ none | default('d') }}] [{{ messages[9] }}] [{{ messages[0].nothing }}]",
    "{{ 'a' in 'abc' }} {{ 'role' in messages[0] }} {{ 4 not in [1, 2] }} {{ not true or 1 < 2 < 3 }} {{ 'x' if messages else 'y' }} {{ (none or 'z') }} {{ 1 == 1.0 }} {{ 'a' == 1 }}",
    "{{ '  pad '.strip() }}|{{ 'xxabxx'.strip('x') }}|{{ 'a,b,,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a b c'.split(' ', 1) }}|{{ 'a-b-c'.rsplit('-', 1) }}|{{ 'x'.join(['1', '2']) }}",
    "{{ 'hello world'.title() }} {{ 'hELLO'.capitalize() }} {{ 'ß'.upper() }} {{ 'aXbX'.replace('X', '-') }} {{ 'aXbX'.replace('X', '-', 1) }} {{ 'abc'.find('c') }} {{ 'aaa'.count('a') }} {{ 'a\\nb\\r\\nc'.splitlines() }}",
    "{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'abc' | first }} {{ [1, 2] | last }} {{ [3, 1, 2] | sort }} {{ [1, 2] | reverse | list }} {{ ['b', 'A'] | sort }} {{ [1, 1, 2] | unique | list }}",
    "{{ '12' | int + 1 }} {{ 'x' | int }} {{ '1.5' | float }} {{ 3.7 | int }} {{ -3 | abs }} {{ [1, 2] | sum }} {{ [1, 5, 2] | max }} {{ 'a' | length }} {{ {'a': 1} | length }} {{ 5 | string ~ 'x' }}",
    "{{ 'a\\nb\\n\\nc' | indent(2) }}|{{ '<&>' | e }}|{{ 'Ab' | lower | upper }}|{{ {'b': 2, 'a': 1} | dictsort | map('first') | list }}|{{ messages[0].get('role') }} {{ messages[0].get('zz', 'q') }} {{ messages[0].keys() | list }}",
    "{% with a = 1, b = 'x' %}{{ a ~ b }}{% endwith %}{{ a is defined }}{% filter upper %}loud {{ 1 }}{% endfilter %}",
    "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }} {{ loop.index }}/{{ loop.length }} {{ loop.revindex }} {{ loop.cycle('o', 'e') }};{% endfor %}",
    "{% for i in [1, 2, 3] %}{{ loop.previtem | default('-') }}{{ i }}{{ loop.nextitem | default('-') }} {% endfor %}",
    "  {% if true %}\n  a\n    {% endif %}\n  b {% if true %} c {% endif %}\n\n{{ 'x' }}\n y\n",
    "a  {%- if true -%}  b  {%- endif -%}  c {{- ' d ' -}} e\n\n",
    "{%- generation %}x{% endgeneration %}\n{{ \"a\" 'b' }}{{ '\\x41\\u00e9\\n\\\\' }}",
    "{{ [] | first is defined }} {{ (messages | last).role }} {{ messages[-1]['content'] | trim | length }} {{ messages | selectattr('role', 'in', ['user']) | list | length }}",
    "{{ messages | tojson }}",
    "{{ undefined_thing.attribute }}",
    "{{ raise_exception('no ' ~ 'way') }}",
    "{{ 'a' + 1 }}",
    "{{ messages[0].content.nosuch() }}",
    "{% for i in 5 %}{% endfor %}",
    "{% if %}",
    "{{ 'open",
    "{% endfor %}",
]
TURNS = [
    [("user", "Hello, who are you?")],
    [("system", "  Be brief. "), ("user", "Hi"), ("assistant", " <think>\nhm\n</think>\n\nHello! "), ("user", "Äh? 👋\n<b>")],
    [("user", "a"), ("user", "b")],
]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def rendered(template, turns, prompt):
    messages = [{"role": role, "content": content} for role, content in turns]
    try:
        result = render_jinja_template([messages], chat_template=template, add_generation_prompt=prompt, **TOKENS)
        return result[0][0]
    except (jinja2.exceptions.TemplateError, TypeError):
        return None


def main():
    cases = []
    for name, template in dict(chatml=CHATML, llama3=LLAMA3, qwen25=QWEN25, qwen3=QWEN3, mistral=MISTRAL, gemma=GEMMA, macros=MACROS).items():
        outputs = [[rendered(template, turns, prompt) for prompt in (True, False)] for turns in TURNS]
        cases.append({"name": name, "template": template, "outputs": outputs})
    for i, template in enumerate(FEATURES):
        cases.append({"name": f"feature {i}", "template": template, "outputs": [[rendered(template, turns, True)] for turns in TURNS[:2]]})
    value = {"versions": {"jinja2": jinja2.__version__, "transformers": transformers.__version__},
             "tokens": TOKENS, "turns": TURNS, "cases": cases}
    (DATA / "chat.json").write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
