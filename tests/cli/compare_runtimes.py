#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Greedy texts of the decoder without LibTorch beside those of the LibTorch engine, on prompts cut from a text.

    python3 compare_runtimes.py MODEL --text TEXT [--runtime float32|packed] [--prompts 20] [--tokens 64]

Prints how many texts are the same, and where each of the others first differs. Not part of the test suite: on two
cores SmolLM2-135M takes some minutes. Standard library only.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

CLI = pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "boolab-cli"
PROMPT_CHARACTERS = 200


def prompts_of(path, count):
    """Beginnings of long paragraphs, spread over the text."""
    paragraphs = [line.strip() for line in path.read_text().splitlines() if len(line.strip()) > 2 * PROMPT_CHARACTERS]
    if len(paragraphs) < count:
        raise SystemExit(f"{path}: {len(paragraphs)} long paragraphs, {count} were expected")
    return [paragraphs[i * len(paragraphs) // count][:PROMPT_CHARACTERS] for i in range(count)]


def texts(args, runtime, prompts, home):
    lines = "".join(json.dumps({"prompt": prompt, "tokens": args.tokens}) + "\n" for prompt in prompts)
    done = subprocess.run([args.cli, "generate", args.model, "--json-lines", "--runtime", runtime, "--embedding", "stored",
                           "--dtype", "float32", "--db", str(pathlib.Path(home) / "experiments.sqlite")],
                          input=lines, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events if event["event"] == "done"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--text", type=pathlib.Path, required=True)
    parser.add_argument("--runtime", default="float32", choices=["float32", "packed"])
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--cli", default=str(CLI))
    args = parser.parse_args()
    prompts = prompts_of(args.text, args.prompts)
    with tempfile.TemporaryDirectory() as home:
        ours, expected = (texts(args, runtime, prompts, home) for runtime in (args.runtime, "libtorch"))
    same = 0
    for i, (one, other) in enumerate(zip(ours, expected, strict=True)):
        if one["text"] == other["text"]:
            same += 1
            continue
        place = next((n for n, (a, b) in enumerate(zip(one["text"], other["text"])) if a != b), "the end")
        print(f"prompt {i}: the texts differ from character {place} on")
    tokens = sum(one["tokens"] for one in expected)
    print(f"{same} of {len(prompts)} texts are the same ({tokens} tokens)")
    raise SystemExit(0 if same == len(prompts) else 1)


if __name__ == "__main__":
    main()
