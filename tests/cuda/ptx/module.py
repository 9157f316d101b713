# SPDX-License-Identifier: Apache-2.0
"""PTX text, as nvcc writes it, to instructions."""

import re
from dataclasses import dataclass, field


@dataclass
class Instruction:
    op: list[str]  # "add.s64" as ["add", "s64"]
    operands: list[str]
    text: str
    predicate: str | None = None
    negated: bool = False


@dataclass
class Entry:
    """A __global__ function."""

    name: str
    parameters: list[tuple[str, int, int]]  # name, alignment, bytes
    instructions: list[Instruction] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    registers: dict[str, str] = field(default_factory=dict)  # prefix -> type, "%rd" -> "b64"
    shared: dict[str, tuple[int, int]] = field(default_factory=dict)  # name -> alignment, bytes


def type_bits(name: str) -> int:
    return 1 if name == "pred" else int(name[1:])


def split_operands(text: str) -> list[str]:
    """At commas outside braces and brackets."""
    parts, depth, part = [], 0, ""
    for c in text:
        depth += (c in "{[(") - (c in "}])")
        if c == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    return parts + [part.strip()] if part.strip() else parts


def _shared(statement: str) -> tuple[str, tuple[int, int]]:
    match = re.fullmatch(r"\.shared \.align (\d+) \.(\w+) ([\w$]+)(?:\[(\d+)\])?", statement)
    if not match:
        raise ValueError("not understood: " + statement)
    return match[3], (int(match[1]), type_bits(match[2]) // 8 * int(match[4] or 1))


def _parameters(text: str) -> list[tuple[str, int, int]]:
    found = []
    for one in split_operands(text):
        match = re.fullmatch(
            r"\.param (?:\.align (\d+) )?\.(\w+) (?:\.ptr \.align \d+ )?(\w+)(?:\[(\d+)\])?", " ".join(one.split())
        )
        if not match:
            raise ValueError("not understood: " + one)
        size = type_bits(match[2]) // 8
        found.append((match[3], int(match[1] or size), size * int(match[4] or 1)))
    return found


def _instruction(statement: str) -> Instruction:
    predicate, negated, text = None, False, statement
    if statement.startswith("@"):
        guard, text = statement.split(" ", 1)
        predicate, negated = guard.lstrip("@!"), "!" in guard
    op, _, rest = text.partition(" ")
    return Instruction(op.split("."), split_operands(rest), statement, predicate, negated)


def _body(entry: Entry, text: str) -> None:
    text = re.sub(r"(?m)^(\s*)(\$\w+):", r"\1\2:;", text)
    for statement in text.split(";"):
        statement = " ".join(statement.split())
        if not statement:
            continue
        if statement.endswith(":"):
            entry.labels[statement[:-1]] = len(entry.instructions)
        elif statement.startswith(".reg"):
            match = re.fullmatch(r"\.reg \.(\w+) (%[a-z]+)<\d+>", statement)
            if not match:
                raise ValueError("not understood: " + statement)
            entry.registers[match[2]] = match[1]
        elif statement.startswith(".shared"):
            name, place = _shared(statement)
            entry.shared[name] = place
        elif statement.startswith(".pragma"):
            continue
        elif statement.startswith("."):
            raise ValueError("not understood: " + statement)
        else:
            entry.instructions.append(_instruction(statement))


def parse_module(text: str) -> list[Entry]:
    text = re.sub(r"//[^\n]*", "", text)
    # nvcc's way of taking one half of a register: the other goes to a register of its own, which nobody reads.
    text = re.sub(r"\{ \.reg \.b16 tmp; (mov\.b32 \{[^}]*\}, %r\d+;) \}", lambda m: m[1].replace("tmp", "_"), text)
    everywhere = dict(_shared(" ".join(m[0].split())) for m in re.finditer(r"(?m)^\.shared[^;]*", text))
    entries = []
    for match in re.finditer(r"\.entry (\w+)\(([^)]*)\)[^{]*\{(.*?)^\}", text, re.S | re.M):
        entry = Entry(match[1], _parameters(match[2]), shared=dict(everywhere))
        _body(entry, match[3])
        entries.append(entry)
    return entries
