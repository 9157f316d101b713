# SPDX-License-Identifier: Apache-2.0
"""Runs a launch: warps of 32 lanes, the lowest program counter of a warp first, warps and blocks in a seeded order."""

import re

import numpy as np

from instructions import DTYPES, decode
from memory import Fault, SharedMemory
from module import Entry, type_bits

ALL = (1 << 32) - 1
LANES = np.arange(32)


class Program:
    """An entry, decoded."""

    def __init__(self, entry: Entry):
        self.entry = entry
        self.offsets, offset = {}, 0
        for name, alignment, size in entry.parameters:
            offset = -(-offset // alignment) * alignment
            self.offsets[name] = offset
            offset += size
        self.parameter_bytes = offset
        self.symbols, place = {}, 0
        for name, (alignment, size) in entry.shared.items():
            place = -(-place // alignment) * alignment
            self.symbols[name] = place
            place += size
        self.shared_bytes = -(-place // 16) * 16
        self.steps = [decode(instruction, entry) for instruction in entry.instructions]

    def parameters(self, arguments: list[bytes]) -> bytes:
        if [size for _, _, size in self.entry.parameters] != [len(a) for a in arguments]:
            raise Fault("the launch's arguments do not fit the parameters of " + self.entry.name)
        packed = bytearray(self.parameter_bytes)
        for (name, _, size), argument in zip(self.entry.parameters, arguments):
            packed[self.offsets[name] : self.offsets[name] + size] = argument
        return bytes(packed)


class Warp:
    def __init__(self, block: "Block", first: int):
        self.block = block
        self.threads = first + LANES
        self.registers: dict[str, np.ndarray] = {}
        self.written: dict[str, int] = {}  # lanes that a register was written in
        alive = min(32, block.threads - first)
        self.groups = {0: (1 << alive) - 1}  # program counter -> lanes that stand there
        self.waiting, self.resume = 0, 0  # lanes at the barrier, and where they go on
        self.at = 0  # the instruction that runs
        self.mask, self.active = 0, np.zeros(32, bool)  # of the instruction that runs
        self.special = {
            "%tid.x": self.threads.astype(np.uint32),
            "%ctaid.x": np.full(32, block.index[0], np.uint32),
            "%ctaid.y": np.full(32, block.index[1], np.uint32),
            "%nctaid.x": np.full(32, block.grid[0], np.uint32),
            "%ntid.x": np.full(32, block.threads, np.uint32),
        }
        self._masks: dict[int, np.ndarray] = {}

    def lanes_of(self, mask: int) -> np.ndarray:
        if mask not in self._masks:
            self._masks[mask] = (mask >> LANES & 1).astype(bool)
        return self._masks[mask]

    def read(self, operand: str, kind: str) -> np.ndarray:
        """The operand in every lane as a value of type `kind`."""
        if operand[0] == "%":
            if operand in self.special:
                return self.special[operand].view(DTYPES[kind])
            if self.mask & ~self.written.get(operand, 0):
                raise Fault("read of a register that was not written: " + operand)
            value = self.registers[operand]
            if value.itemsize * 8 != max(type_bits(kind), 8):
                value = value.astype(f"u{max(type_bits(kind) // 8, 1)}")
            return value.view(DTYPES[kind])
        if operand in self.block.program.offsets:
            return np.full(32, self.block.program.offsets[operand], DTYPES[kind])
        if operand in self.block.program.symbols:
            return np.full(32, self.block.program.symbols[operand], DTYPES[kind])
        if operand[:2] in ("0f", "0F"):
            return np.full(32, int(operand[2:], 16), np.uint32).view(np.float32)
        if operand[:2] in ("0d", "0D"):
            return np.full(32, int(operand[2:], 16), np.uint64).view(np.float64)
        bits = int(operand, 0) & ((1 << max(type_bits(kind), 8)) - 1)
        return np.full(32, bits, f"u{max(type_bits(kind) // 8, 1)}").view(DTYPES[kind])

    def write(self, register: str, value: np.ndarray) -> None:
        """In the active lanes; widened with zeros (or the sign, if the value has one) to the register."""
        if register == "_":
            return
        bits = type_bits(self.block.program.entry.registers[re.match("%[a-z]+", register)[0]])
        if value.dtype != bool and value.itemsize * 8 < bits:
            value = value.astype(f"{value.dtype.kind}{bits // 8}")
        if value.dtype != bool:
            value = value.view(f"u{value.itemsize}")
        if register not in self.registers:
            self.registers[register] = np.zeros(32, value.dtype)
        np.copyto(self.registers[register], value, where=self.active)
        self.written[register] = self.written.get(register, 0) | self.mask

    def addresses(self, operand: str) -> np.ndarray:
        """Of the active lanes, from "[register+offset]" or "[symbol+offset]"."""
        name, _, offset = operand.strip("[]").partition("+")
        wide = name[0] != "%" or self.registers[name].itemsize == 8
        base = self.read(name, "u64" if wide else "u32")[self.active].astype(np.uint64)
        return base + np.uint64(int(offset or 0) & (2**64 - 1))

    def parameter_place(self, operand: str) -> int:
        """Of "[parameter+offset]" or "[register+offset]" among the launch's arguments, the same for all lanes."""
        name, _, offset = operand.strip("[]").partition("+")
        places = np.unique(self.read(name, "u64")[self.active])
        if len(places) != 1:
            raise Fault("lanes read different parameters")
        return int(places[0]) + int(offset or 0)

    def run(self) -> None:
        """Until every lane waits or has ended."""
        while self.groups:
            at = min(self.groups)
            self.step(at, self.groups.pop(at))

    def wait(self) -> None:
        """At a barrier."""
        if self.groups or self.waiting:
            raise Fault("a barrier that the lanes of a warp reach apart")
        self.waiting, self.resume = self.mask, self.at + 1

    def meet(self, lanes: int) -> None:
        """A collective of `lanes`: all must be here, and nobody else."""
        if self.mask != lanes:
            raise Fault(f"a collective of lanes {lanes:08x} that {self.mask:08x} reach")

    def step(self, at: int, mask: int) -> None:
        steps = self.block.program.steps
        if at >= len(steps):
            return
        instruction, action = steps[at]
        self.at, self.mask, self.active = at, mask, self.lanes_of(mask)
        try:
            if instruction.predicate:
                chosen = self.read(instruction.predicate, "pred") ^ instruction.negated
                self.mask = mask & int(np.packbits(chosen, bitorder="little").view(np.uint32)[0])
                self.active = self.lanes_of(self.mask)
            target = action(self) if self.mask else None
        except Fault as fault:
            raise Fault(f"{fault} at \"{instruction.text}\", block {self.block.index}") from None
        self.go(at + 1, mask if target is None else mask & ~self.mask)
        if target is not None and target >= 0:
            self.go(target, self.mask)

    def go(self, at: int, mask: int) -> None:
        if mask:
            self.groups[at] = self.groups.get(at, 0) | mask


class Block:
    """The blocks of a launch run one after the other."""

    def __init__(self, program: Program, parameters: bytes, memory, index, grid, threads: int):
        self.program, self.parameters, self.memory = program, parameters, memory
        self.index, self.grid, self.threads = index, grid, threads
        self.shared = SharedMemory(program.shared_bytes)

    def run(self, random: np.random.Generator) -> None:
        warps = [Warp(self, first) for first in range(0, self.threads, 32)]
        while True:
            for i in random.permutation(len(warps)):
                warps[i].run()
            if not any(warp.waiting for warp in warps):
                return
            # All have ended or wait: the barrier opens, if all wait.
            for warp in warps:
                everyone = (1 << min(32, self.threads - int(warp.threads[0]))) - 1
                if warp.waiting != everyone:
                    raise Fault("a barrier that not all threads reach")
                warp.go(warp.resume, warp.waiting)
                warp.waiting = 0
            self.shared.interval += 1


def launch(program: Program, arguments: list[bytes], memory, grid, threads: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    parameters = program.parameters(arguments)
    blocks = [(x, y) for y in range(grid[1]) for x in range(grid[0])]
    with np.errstate(all="ignore"):
        for i in random.permutation(len(blocks)):
            Block(program, parameters, memory, blocks[i], grid, threads).run(random)
