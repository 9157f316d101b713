# SPDX-License-Identifier: Apache-2.0
"""replay.py --ptx FILES --launches FILES: runs recorded launches (launch_recorder.h) from PTX and compares all device
memory after each, byte for byte. Exit code 0: equal, 1: different or a fault, 77: numpy is not there."""

import argparse
import re
import sys

try:
    import numpy as np
except ImportError:
    print("skipped: this Python has no numpy")
    sys.exit(77)

from machine import Program, launch
from memory import Fault, GlobalMemory
from module import parse_module


def mangled(kernel: str) -> str:
    """What the mangled name of a recorded kernel holds: "a::{anonymous}::rows<3>" gives "4rowsILi3EEE"."""
    name, _, arguments = kernel.rsplit("::", 1)[-1].partition("<")
    letters = {"true": "Lb1E", "false": "Lb0E"}
    parts = [letters.get(a) or f"Li{int(a)}E" for a in arguments.rstrip(">").split(", ") if a]
    return f"{len(name)}{name}" + (f"I{''.join(parts)}EE" if parts else "E")


class Replay:
    def __init__(self, texts: list[str], seed: int):
        self.entries = [entry for text in texts for entry in parse_module(text)]
        self.programs: dict[str, Program] = {}
        self.seed, self.launches = seed, 0

    def program(self, kernel: str) -> Program:
        if kernel not in self.programs:
            found = [entry for entry in self.entries if mangled(kernel) in entry.name]
            if len(found) != 1:
                raise Fault(f"{len(found)} entries are {kernel}")
            self.programs[kernel] = Program(found[0])
        return self.programs[kernel]

    def run(self, file) -> None:
        kernel = ""
        self.memory, self.expected = GlobalMemory(), {}  # another file's addresses mean other buffers
        while line := file.readline():
            word, *rest = line.decode().strip().split(" ")
            if word == "write" or word == "expect":
                content = file.read(int(rest[1]))
                self.expected[int(rest[0])] = content
                if word == "write":
                    self.memory.write(int(rest[0]), content)
            elif word == "free":
                self.memory.free(int(rest[0]))
                del self.expected[int(rest[0])]
            elif word == "launch":
                *names, x, y, z, threads, count = rest
                kernel = " ".join(names)
                arguments = [file.read(int(file.readline())) for _ in range(int(count))]
                self.launches += 1
                launch(self.program(kernel), arguments, self.memory, (int(x), int(y)), int(threads), self.seed)
            elif word == "end":
                self.compare(kernel)
            else:
                raise Fault("not a record: " + word)

    def compare(self, kernel: str) -> None:
        for address, content in self.expected.items():
            if self.memory.buffers[address].tobytes() != content:
                differ = self.memory.buffers[address] != np.frombuffer(content, np.uint8)
                raise Fault(
                    f"launch {self.launches}, {kernel}: {differ.sum()} of {len(content)} bytes of a buffer differ, "
                    f"the first at {np.argmax(differ)}"
                )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ptx", nargs="+", required=True)
    parser.add_argument("--launches", nargs="+", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replace", nargs=2, metavar=("PATTERN", "TEXT"), help="a fault to plant in the PTX")
    options = parser.parse_args()
    texts = [open(path, encoding="utf-8").read() for path in options.ptx]
    if options.replace:
        changed = [re.sub(*options.replace, text) for text in texts]
        if changed == texts:
            print("the PTX does not hold " + options.replace[0])
            return 2
        texts = changed
    replay = Replay(texts, options.seed)
    try:
        for path in options.launches:
            with open(path, "rb") as file:
                replay.run(file)
    except Fault as fault:
        print("ptx: " + str(fault))
        return 1
    print(f"{replay.launches} launches equal")
    return 0 if replay.launches > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
