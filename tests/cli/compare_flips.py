#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How far two finetunes of the same student flipped the same bits.

    compare_flips.py START A B

START, A, B are Boolean model folders. Prints the bits that A and B flipped, those that both did, and the share of
the flips that only one of them made. Needs numpy."""
import json
import pathlib
import struct
import sys

import numpy as np


def bits(folder):
    data = (pathlib.Path(folder) / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {
        name: np.frombuffer(data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]], np.uint8)
        for name, entry in header.items()
        if name.endswith(".bool_weight")
    }


def ones(array):
    return int(np.unpackbits(array).sum())


def main():
    start, a, b = (bits(folder) for folder in sys.argv[1:4])
    in_a = sum(ones(start[name] ^ a[name]) for name in start)
    in_b = sum(ones(start[name] ^ b[name]) for name in start)
    differ = sum(ones(a[name] ^ b[name]) for name in start)
    both = (in_a + in_b - differ) // 2
    print(f"A {in_a}, B {in_b}, both {both}; {100 * differ / max(1, in_a + in_b):.2f} % of the flips are of one alone")


if __name__ == "__main__":
    main()
