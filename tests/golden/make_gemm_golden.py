#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden vectors of bool_gemm, by the definition in kernels/bool_gemm.h in NumPy: integers, and float32 step by step.

    python tests/golden/make_gemm_golden.py tests/kernels/data

Writes bool_gemm.safetensors; the format: docs/cuda.md, "Your own vectors".
"""
import pathlib
import sys

import numpy as np

import golden_vectors

F = np.float32
PEAK_SQUARED = 400  # outliers are beyond 20 times the root mean square


def quantised(v, most):
    """(q, size, drop) of a finite row: v is about q size drop."""
    largest = np.abs(v).max(initial=F(0))
    if largest == 0:
        return np.zeros(len(v), np.int64), F(0), F(1)
    tiny = largest < F(2.0**-60)
    lift, drop = (F(2.0**100), F(2.0**-100)) if tiny else (F(1), F(1))
    lifted = largest * lift
    inverse = F(most) / lifted
    return np.rint(v * lift * inverse).astype(np.int64), lifted / F(most), drop


def pieces(v):
    """The one or two (q, size, drop) of a row, in the order in which they are added."""
    columns = len(v)
    most = min(32767, (2**31 - 1) // max(columns, 1))
    if not np.isfinite(v).all():
        return [(np.zeros(columns, np.int64), F(np.nan), F(1))]
    q, size, drop = quantised(v, most)
    energies = q * q >> 16
    outliers = energies * columns > PEAK_SQUARED * energies.sum()
    if size == 0 or not (most * most >> 16) * columns > PEAK_SQUARED * energies.sum():
        return [(q, size, drop)]
    rest = quantised(np.where(outliers, F(0), v), most)
    return [rest, (np.where(outliers, q, 0), size, drop)]


def product(case):
    signs = np.unpackbits(case["bits"], axis=2, bitorder="little")[:, :, : case["x"].shape[1]].astype(np.int64) * 2 - 1
    y, split = np.zeros((len(case["x"]), signs.shape[1]), F), 0
    for t, x in enumerate(case["x"]):
        for k in range(len(signs)):
            parts = pieces(case["scale_in"][k] * x)
            split += len(parts) - 1
            for q, size, drop in parts:
                S = signs[k] @ q
                assert np.abs(S).max(initial=0) < 2**31
                y[t] = y[t] + case["scale_out"][k] * (size * S.astype(F)) * drop
    return y, split


def random_case(generator, K, M, N, T):
    bits = generator.integers(0, 2, (K, M, N)).astype(np.uint8)
    return {
        "bits": np.packbits(bits, axis=2, bitorder="little"),
        "scale_out": generator.standard_normal((K, M)).astype(F),
        "scale_in": generator.standard_normal((K, N)).astype(F),
        "x": generator.standard_normal((T, N)).astype(F),
    }


def cases(generator):
    def case(*shape):
        return random_case(generator, *shape)

    yield "one_token", case(1, 5, 7, 1)
    yield "three_kernels", case(3, 33, 300, 4)
    yield "nine_tokens", case(1, 18, 263, 9)
    yield "blocks_and_tiles", case(2, 66, 1041, 2)

    one = case(2, 19, 810, 3)
    one["x"][0, [3, 290]] = [700, -600]
    one["scale_in"][:, [3, 290]] = 1
    one["x"][2, 809] = 900
    yield "outliers", one

    one = case(1, 9, 2100, 1)
    one["x"][0, [0, 1, 31, 256, 2099]] = [4000, -3900, 4100, 3800, -4200]
    one["scale_in"][0, [0, 1, 31, 256, 2099]] = 1
    yield "five_outliers", one

    one = case(1, 17, 450, 3)
    one["x"][1] = 0
    one["x"][1, 17] = -3
    one["x"][2] *= F(1e-25)
    one["x"][2, 449] = F(1e-10)
    yield "outliers_of_zeros_and_tiny", one

    one = case(1, 17, 260, 2)
    one["scale_in"][:] = 1
    one["x"][:] = np.arange(260) % 200 + 0.5
    one["x"][:, 0] = [32767, -32767]
    yield "ties_of_rounding", one

    one = case(2, 17, 130, 3)
    one["x"] = one["x"] * np.array([[1e-25], [1e-40], [0]], F)
    one["x"][0, 5] = F(1e-44)
    one["scale_out"][0] *= F(1e30)
    yield "tiny_denormal_zero", one

    one = case(2, 17, 130, 4)
    one["x"][0, 5], one["x"][2, 129], one["x"][3, 64] = np.nan, -np.inf, 3e38
    one["scale_in"][1, 64] = 2
    yield "not_finite", one


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = np.random.default_rng(20261201)
    tensors, names, split = {}, [], {}
    with np.errstate(over="ignore", invalid="ignore"):
        for name, case in cases(generator):
            case["y"], split[name] = product(case)
            for part, values in case.items():
                tensors[f"bool_gemm.{name}.{part}"] = values
            names.append(name)
    for name, count in split.items():
        assert (count > 0) == ("outliers" in name), (name, count)
    golden_vectors.write(folder / "bool_gemm.safetensors", tensors, {"numpy": np.__version__})


main()
