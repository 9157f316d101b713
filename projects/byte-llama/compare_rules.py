#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the rules of the flips on this project's teacher and prints a Markdown table.

    python3 compare_rules.py --train TRAIN_TEXT --test TEST_TEXT [--kernels 1 2] [--cli build/bin/boolab-cli]

Every rule is tuned on one seed with as many settings as every other (GRID), and its best setting is run with two
more seeds; kernels other than the last take the setting that was best for the last. All runs see the same tokens in the same order per seed, from the same start (svid). Results are kept
in work/results.jsonl, so an interrupted comparison goes on where it stopped. Standard library only.
"""
import argparse
import itertools
import json
import math
import pathlib
import shutil
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = (1, 2, 3)
COMMON = ["--seq-len", "192", "--batch-size", "16", "--steps", "150", "--train-norms", "--hidden-every", "1",
          "--dtype", "float32", "--eval-every", "0", "--sample-every", "0", "--save-every", "0"]
RATE = "8e-3"  # of the scales beside trained bits; scales alone lose 0.001 nats at it


def noise(trained, *settings):
    return [["--train", trained, "--lr", RATE, "--bool-threshold", z, "--bool-cap", cap, "--bool-beta", beta,
             "--bool-wait", wait, "--flips-per-token", "2", "--bool-clip", "0"] for z, cap, beta, wait in settings]


def rule(trained, name, rates):
    return [["--train", trained, "--lr", RATE, "--bool-rule", name, "--bool-lr", rate] for rate in rates]


NOISE = (("2.5", "4e-3", "0.98", "5"), ("3", "2e-3", "0.98", "5"), ("3", "2e-3", "0.98", "20"))
LATENT = ("7e-4", "1e-3", "1.5e-3")
BOLD = ("1e3", "3e3", "1e4")
GRID = {
    "scales only": [["--train", "scales", "--lr", rate] for rate in ("4e-3", "8e-3", "1.6e-2")],
    "latent, last": rule("last", "latent", LATENT),
    "BOLD, last": rule("last", "bold", BOLD),
    "noise, last": noise("last", *NOISE),
}
TUNED_AS_LAST = {"latent, all": "latent, last", "noise, first": "noise, last", "noise, all": "noise, last"}
RULES = [*GRID, *TUNED_AS_LAST]


def run(cli, *arguments):
    done = subprocess.run([cli, *map(str, arguments), "--json", "--quiet"], capture_output=True, text=True)
    if "The training diverged" in done.stderr:
        return None
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{done.stderr}")
    return json.loads(done.stdout)


class Lab:
    def __init__(self, args):
        self.args = args
        self.work = HERE / "work"
        self.work.mkdir(exist_ok=True)
        self.file = self.work / "results.jsonl"
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        self.known = {tuple(entry["key"]): entry for entry in map(json.loads, lines)}
        self.db = ["--db", self.work / "experiments.sqlite", "--threads", args.threads]

    def remember(self, key, make):
        if key not in self.known:
            self.known[key] = {"key": list(key), **make()}
            with self.file.open("a") as out:
                out.write(json.dumps(self.known[key]) + "\n")
            print(json.dumps(self.known[key]), flush=True)
        return self.known[key]

    def held_out(self, model):
        """Mean negative log-likelihood per byte on the first windows of the test text, and the KL from the teacher."""
        result = run(self.args.cli, "evaluate", model, "--perplexity", self.args.test, "--reference",
                     self.args.teacher, "--seq-len", 192, "--windows", self.args.windows, "--dtype", "float32",
                     *self.db)
        return {"nats": math.log(result["perplexity"]), "kl": result["kl_divergence"]}

    def student(self, kernels):
        folder = self.work / f"svid-k{kernels}"
        if not folder.exists():
            run(self.args.cli, "convert", self.args.teacher, "-o", folder, "--method", "svid", "--kernels", kernels,
                *self.db)
        return folder

    def score(self, kernels, name, options, seed):
        def make():
            output = self.work / "finetuned"
            for folder in (output, self.work / "finetuned.checkpoint", self.work / "finetuned.previous-checkpoint"):
                shutil.rmtree(folder, ignore_errors=True)
            result = run(self.args.cli, "finetune", self.student(kernels), "--teacher", self.args.teacher, "--data",
                         self.args.train, "-o", output, "--seed", seed, *COMMON, *options, *self.db)
            if result is None:
                return {"nats": math.inf, "kl": math.inf, "flips": math.nan}
            return {**self.held_out(output), "flips": result.get("flipped_share", 0.0)}
        return self.remember((f"K={kernels}", name, f"seed {seed}", *options), make)

    def best(self, kernels, name):
        return min(GRID[name], key=lambda options: self.score(kernels, name, options, SEEDS[0])["nats"])

    def row(self, kernels, name):
        best = self.best(kernels, TUNED_AS_LAST.get(name, name))
        if name in TUNED_AS_LAST:
            best = ["--train", name.split()[-1], *best[2:]]
        runs = [self.score(kernels, name, best, seed) for seed in SEEDS]
        nats = [entry["nats"] for entry in runs]
        return (kernels, name, statistics.mean(nats), statistics.stdev(nats),
                statistics.mean(entry["kl"] for entry in runs), statistics.mean(entry["flips"] for entry in runs),
                " ".join(best))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--teacher", default=HERE / "models" / "teacher")
    parser.add_argument("--kernels", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rules", nargs="+", default=RULES, choices=RULES)
    parser.add_argument("--windows", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=0, help="per run; 0: all cores")
    parser.add_argument("--cli", default=HERE.parent.parent / "build" / "bin" / "boolab-cli")
    args = parser.parse_args()

    lab = Lab(args)
    teacher = lab.remember(("teacher",), lambda: lab.held_out(args.teacher))["nats"]
    rows = []
    for kernels, name in itertools.product(args.kernels, args.rules):
        if kernels == 1 and name in TUNED_AS_LAST:
            continue
        rows.append(lab.row(kernels, name))
    print(f"\nteacher: {teacher:.4f} nats per byte\n")
    print("| K | trained | nats left to the teacher | over seeds ± | KL from the teacher | bits flipped | setting |")
    print("|---|---|---|---|---|---|---|")
    for kernels, name, mean, spread, kl, flips, setting in rows:
        print(f"| {kernels} | {name} | {mean - teacher:.4f} | {spread:.4f} | {kl:.4f} | {100 * flips:.2f} % "
              f"| `{setting}` |")


if __name__ == "__main__":
    main()
