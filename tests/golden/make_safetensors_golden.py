#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of the safetensors reader and writer, made with PyPI's safetensors and torch, in tests/core/formats/data.

  types.safetensors     every dtype that Boolab reads, an empty tensor and a scalar; each float tensor beside "<name>.expected",
                        its values as float32. The versions used are its metadata.
  rounding.safetensors  "source", float32 values that are hard to round, and "f16" and "bf16", what torch rounds them to
  written.safetensors   three small tensors, as the package writes them byte by byte
"""
import pathlib
import numpy as np
import safetensors, torch
from safetensors.torch import save_file

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests/core/formats/data"
VERSIONS = {"safetensors": safetensors.__version__, "torch": torch.__version__, "numpy": np.__version__}


def types():
    generator = torch.Generator().manual_seed(20260102)
    floats = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
    tensors = {}
    for name, dtype in floats.items():
        tensors[name] = torch.randn(3, 5, generator=generator).to(dtype)
        tensors[name + ".expected"] = tensors[name].float().clone()
    for dtype in (torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool):
        tensors[str(dtype).removeprefix("torch.")] = torch.tensor([0, 1, 1]).to(dtype)
    tensors["empty"] = torch.zeros(0, 4)
    tensors["scalar"] = torch.tensor(2.5)
    save_file(tensors, DATA / "types.safetensors", metadata=VERSIONS)


def rounding():
    """Around every kind of boundary of both narrow types: halfway, just below and just above it."""
    rng = np.random.default_rng(20260103)
    halves = np.concatenate([rng.integers(0, 0x7C00, 300), [0, 1, 2, 0x3FE, 0x3FF, 0x400, 0x401, 0x7BFE, 0x7BFF]])
    brains = np.concatenate([rng.integers(0, 0x7F80, 300), [0, 1, 2, 0x7F, 0x80, 0x7F7E, 0x7F7F]])
    values = [halves.astype(np.uint16).view(np.float16).astype(np.float32),
              (brains.astype(np.uint32) << 16).view(np.float32)]
    with np.errstate(over="ignore"):
        middles = [(a.astype(np.float64) + np.append(a[1:], a[0])) / 2 for a in (np.sort(v) for v in values)]
        next_half = (halves.astype(np.uint16) + 1).view(np.float16).astype(np.float64)
        next_half[np.isinf(next_half)] = 65536  # where the next half would stand
        ties = [((values[0].astype(np.float64) + next_half) / 2).astype(np.float32),
                ((brains.astype(np.uint32) << 16) + 0x8000).view(np.float32)]
    exact = np.concatenate(values + ties + [m.astype(np.float32) for m in middles]
                           + [np.array([np.inf, 65504, 65519.996, 65520, 65536, 3.4e38, 1e-45, 1e-40, 2.0**-25, 2.0**-24], np.float32)])
    around = np.concatenate([exact, np.nextafter(exact, np.float32(0)), np.nextafter(exact, np.float32(np.inf))])
    source = torch.from_numpy(np.concatenate([around, -around]))
    save_file({"source": source, "f16": source.half(), "bf16": source.bfloat16()}, DATA / "rounding.safetensors",
              metadata=VERSIONS)


def written():
    save_file({"a.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4, "b.weight": torch.tensor([1.5, -2.0, 0.25]).half(),
               "c.bits": torch.tensor([[1, 2], [3, 255]], dtype=torch.uint8)}, DATA / "written.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    types()
    rounding()
    written()
