#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files for svid and refine: relative errors of a float64 NumPy reference on one seeded matrix.

    python tests/golden/make_kernels_golden.py tests/kernels/data

Writes svid.f32 (the matrix, then the column weights) and svid.json (shape, versions, errors).
"""
import json
import pathlib
import sys

import numpy as np

ROWS, COLUMNS, MAX_KERNELS, ROUNDS, SWEEPS = 60, 83, 4, 12, 2


def power_iteration(absolute):
    v = np.full(absolute.shape[1], absolute.shape[1] ** -0.5)
    for _ in range(1000):
        u = absolute @ v
        moved = absolute.T @ u
        moved /= np.linalg.norm(moved)
        done = np.linalg.norm(moved - v) < 1e-13
        v = moved
        if done:
            break
    u = absolute @ v
    sigma = np.linalg.norm(u)
    return u / np.sqrt(sigma), v * np.sqrt(sigma)


def svid(matrix, kernels, roots):
    rest, terms = matrix.copy(), []
    for _ in range(kernels):
        signs = np.where(rest >= 0, 1.0, -1.0)
        u, v = power_iteration(np.abs(rest) * roots)
        terms.append((signs, u, v / roots))
        rest = rest - signs * np.outer(u, v / roots)
    return terms


def approximation(terms):
    return sum(signs * np.outer(u, v) for signs, u, v in terms)


def relative_error(matrix, terms, weights):
    return float((weights * (matrix - approximation(terms)) ** 2).sum() / (weights * matrix**2).sum())


def nearest_signs(matrix, terms):
    codes = [[1.0 if code >> k & 1 else -1.0 for k in range(len(terms))] for code in range(2 ** len(terms))]
    outers = [np.outer(u, v) for _, u, v in terms]
    levels = np.stack([sum(s * outer for s, outer in zip(code, outers)) for code in codes])
    chosen = np.abs(levels - matrix).argmin(0)
    return [(np.array(codes)[chosen, k], u, v) for k, (_, u, v) in enumerate(terms)]


def solve_scales(matrix, terms, weights):
    for k in range(len(terms)):
        signs, u, v = terms[k]
        others = approximation(terms) - signs * np.outer(u, v)
        left = (matrix - others) * signs
        u = (left * weights) @ v / (weights * v * v).sum()
        v = left.T @ u / (u * u).sum()
        terms[k] = (signs, u, v)
    return terms


def refine(matrix, kernels, weights):
    terms = svid(matrix, kernels, np.sqrt(weights))
    for _ in range(ROUNDS):
        terms = nearest_signs(matrix, terms)
        for _ in range(SWEEPS):
            terms = solve_scales(matrix, terms, weights)
    return terms


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = np.random.default_rng(20240521)
    matrix = generator.standard_normal((ROWS, COLUMNS)) * np.exp(0.5 * generator.standard_normal(COLUMNS))
    matrix = (0.03 * matrix).astype(np.float32)
    weights = np.exp(1.5 * generator.standard_normal(COLUMNS)).astype(np.float32)
    (folder / "svid.f32").write_bytes(matrix.tobytes() + weights.tobytes())
    W, d, ones = matrix.astype(np.float64), weights.astype(np.float64), np.ones(COLUMNS)
    counts = range(1, MAX_KERNELS + 1)
    golden = {
        "numpy": np.__version__,
        "rows": ROWS,
        "columns": COLUMNS,
        "rounds": ROUNDS,
        "svid": [relative_error(W, svid(W, k, ones), ones) for k in counts],
        "refined": [relative_error(W, refine(W, k, ones), ones) for k in counts],
        "calibrated": [relative_error(W, refine(W, k, d), d) for k in counts],
    }
    (folder / "svid.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
