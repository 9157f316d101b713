#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden vectors of flip_step: ten steps of the noise-unit rule in PyTorch, float32, on a (48, 64) kernel.

    python tests/golden/make_flip_golden.py tests/kernels/data

Writes flip_step.safetensors; the format: docs/cuda.md, "Your own vectors".
"""
import math
import pathlib
import sys

import numpy as np
import torch

import golden_vectors

M, N, KERNELS, KERNEL, STEPS = 48, 64, 2, 1, 10
BETA, MOMENT_DECAY, THRESHOLD, CLIP, CAP, SEED, FIRST_FLIPPING_STEP = 0.9, 0.95, 2.75, 2.0, 0.01, 0x123456789ABCDEF, 3
WORD, MASK64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def splitmix64(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK64
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK64
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK64
    return x ^ x >> 31


def times(a, factor):
    """32-bit product of int64 tensors that hold 32-bit words, without leaving int64."""
    return ((a & 0xFFFF) * factor + (((a >> 16) * factor & 0xFFFF) << 16)) & WORD


def random_words(step):
    keys = [splitmix64(splitmix64(splitmix64(SEED) ^ step) ^ row) for row in range(M)]
    first = torch.tensor([key & WORD for key in keys], dtype=torch.int64)[:, None]
    second = torch.tensor([key >> 32 for key in keys], dtype=torch.int64)[:, None]
    x = (torch.arange(N, dtype=torch.int64)[None] + first) & WORD
    x = times(x ^ x >> 16, 0x85EBCA6B) ^ second
    x = times(x ^ x >> 13, 0xC2B2AE35)
    return x ^ x >> 16


def words_of(values):
    return values.view(torch.int32).to(torch.int64) & WORD


def floats_of(bfloat16_words):
    shifted = bfloat16_words << 16
    return torch.where(shifted >= 1 << 31, shifted - (1 << 32), shifted).to(torch.int32).view(torch.float32)


def updated(moment, mean, step):
    keep = 0.0 if step == 1 else float(np.float32(MOMENT_DECAY))
    return (keep * moment.double() + (1.0 - keep) * mean).float()


def factor(scale, numerator, moment):
    return (scale.double() * (numerator / moment.double()).sqrt()).float()


def flip_step(G, signs, u, v, state, step):
    """One step in place; returns the number of flips."""
    Q = G * (u[:, None] * v[None])
    state["r"] = updated(state["r"], Q.double().square().sum(1) / N, step)
    state["c"] = updated(state["c"], Q.double().square().sum(0) / M, step)
    row_factor = factor(u, state["r"].double().sum() / M, state["r"])
    column_factor = factor(v, 1.0, state["c"])
    q = ((G * row_factor[:, None]) * column_factor[None]).clamp(-CLIP, CLIP)
    beta = np.float32(BETA)
    momentum = floats_of(state["momentum"]) * float(beta) + q
    state["momentum"] = (words_of(momentum) + (random_words(step) & 0xFFFF)) >> 16
    beta = float(beta)
    unit = np.float32(math.sqrt(1 - beta * beta) / math.sqrt(1 - beta ** (2 * step)))
    score = signs * (momentum * float(unit))
    if step < FIRST_FLIPPING_STEP:
        return 0
    candidates = [(-score.flatten()[i].item(), i) for i in range(M * N) if score.flatten()[i].item() >= THRESHOLD]
    chosen = [index for _, index in sorted(candidates)[: int(CAP * M * N)]]
    for index in chosen:
        signs[index // N, index % N] *= -1
        state["momentum"][index // N, index % N] = 0
    return len(chosen)


def packed(signs):
    return np.packbits(signs.numpy() > 0, axis=-1, bitorder="little")


def settings():
    reals = {"beta": BETA, "moment_decay": MOMENT_DECAY, "threshold": THRESHOLD, "clip": CLIP, "cap": CAP}
    wholes = {"kernel": KERNEL, "seed": SEED, "first_flipping_step": FIRST_FLIPPING_STEP}
    return {name: np.array([value], np.float64) for name, value in reals.items()} | {
        name: np.array([value], np.int64) for name, value in wholes.items()
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(0)
    torch.set_num_threads(1)
    signs = torch.where(torch.randn(KERNELS, M, N) >= 0, 1.0, -1.0)
    u, v = torch.rand(KERNELS, M) + 0.1, torch.rand(KERNELS, N) * torch.exp(torch.randn(KERNELS, N))
    drift, columns = torch.randn(M, N) * 0.3, torch.exp(2 * torch.randn(N))
    parts = {"bits": packed(signs), "scale_out": u.numpy(), "scale_in": v.numpy()} | settings()
    state = {"momentum": torch.zeros(M, N, dtype=torch.int64), "r": torch.zeros(M), "c": torch.zeros(N)}
    after = {name: [] for name in ("gradient", "bits_after", "momentum_after", "row_moment_after", "column_moment_after", "flips")}
    for step in range(1, STEPS + 1):
        G = 1e-4 * (drift + torch.randn(M, N)) * columns
        after["flips"].append(flip_step(G, signs[KERNEL], u[KERNEL], v[KERNEL], state, step))
        after["gradient"].append(G.numpy())
        after["bits_after"].append(packed(signs))
        after["momentum_after"].append(state["momentum"].numpy().astype("<u2"))
        after["row_moment_after"].append(state["r"].numpy())
        after["column_moment_after"].append(state["c"].numpy())
    parts |= {name: np.stack(values) for name, values in after.items()}
    tensors = {f"flip_step.pytorch.{name}": values for name, values in parts.items()}
    versions = {"torch": torch.__version__.split("+")[0], "numpy": np.__version__}
    golden_vectors.write(folder / "flip_step.safetensors", tensors, versions)


main()
