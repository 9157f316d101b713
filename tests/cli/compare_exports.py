#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports a model in every format and compares what transformers and llama.cpp compute with what Boolab computes.

    python3 compare_exports.py MODEL [--boolean DIR] [--prompts 4] [--tokens 64] [--only mbok,safetensors,gguf]

MODEL is any model that Boolab opens; --boolean names a Boolean one for mbok. Needs a Python with torch, transformers and,
for gguf, llama-cpp-python or xllamacpp. Compared are, per prompt:

  mbok, safetensors   logits of all positions in float32 (largest difference, 1e-4 allowed for f32) and greedy tokens by
                      transformers, with Boolab's decoder as the other side (greedy tokens of generate --runtime float32)
  gguf                greedy tokens of llama.cpp, F32, F16 and Q8_0, beside those of Boolab on the exported file

Not part of the test suite: a model of 135 M parameters takes some minutes. Ends with 1 where anything differs that should
not: mbok, safetensors, GGUF in f32 and in f16. Of q8_0 the texts that differ are printed, but are no failure: llama.cpp
rounds activations to 8 bits there too, and a model without clear favourites may flip a token.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLI = ROOT / "build" / "bin" / "boolab-cli"
PROMPTS = ["The capital of France is", "In 1969, the first people who walked on the", "def fibonacci(n):\n    ",
           "Die Würde des Menschen ist", "Once upon a time, there was a little girl who"]

GGUF_EXACT = ("f32", "f16")  # GGUF types in which a text that differs from llama.cpp's is a failure


class Boolab:
    def __init__(self, cli, home):
        self.cli, self.home = cli, home

    def run(self, *arguments):
        done = subprocess.run([self.cli, *map(str, arguments), "--quiet"], capture_output=True, text=True, check=False,
                              env={**os.environ, "BOOLAB_HOME": str(self.home)})
        if done.returncode != 0:
            raise SystemExit(f"boolab-cli {' '.join(map(str, arguments))}\n{done.stderr}")
        return done.stdout

    def export(self, model, kind, output, dtype):
        return json.loads(self.run("export", model, "--format", kind, "--type", dtype, "-o", output, "--json"))

    def texts(self, model, prompts, tokens):
        lines = "".join(json.dumps({"prompt": p, "tokens": tokens}) + "\n" for p in prompts)
        done = subprocess.run([self.cli, "generate", str(model), "--json-lines", "--runtime", "float32", "--embedding", "stored",
                               "--kv-cache", "float32"], input=lines, capture_output=True, text=True, check=False,
                              env={**os.environ, "BOOLAB_HOME": str(self.home)})
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return [event["text"] for event in events if event["event"] == "done"]


def sizes(result):
    return f"{result['file_bytes'] / 1e6:.1f} MB, {result['bits_per_weight_all']:.2f} bits per weight"


def same_beginnings(ours, theirs):
    """How many texts agree: ours may end early at a token that theirs writes out."""
    return sum(agree(a, b) for a, b in zip(ours, theirs))


def agree(a, b):
    return a == b or bool(a and b.startswith(a)) or bool(b and a.startswith(b))


def print_differences(prompts, ours, theirs):
    for prompt, a, b in zip(prompts, ours, theirs):
        if not agree(a, b):
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            print(f"  {prompt!r}: the same for {at} characters, then Boolab {a[at:at + 40]!r}, llama.cpp {b[at:at + 40]!r}",
                  flush=True)


def transformers_side(folder, prompts, tokens):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    sys.path.insert(0, str(ROOT / "packaging" / "python"))
    import boolab
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = boolab.keep_dense(AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval())
    texts, logits = [], []
    for prompt in prompts:
        ids = tokenizer(prompt, return_tensors="pt").input_ids
        with torch.no_grad():
            logits.append(model(ids).logits[0])
            out = model.generate(ids, max_new_tokens=tokens, do_sample=False)
        texts.append(tokenizer.decode(out[0, ids.shape[1]:], skip_special_tokens=True))
    return texts, logits


def by_llama_cpp_python(file, prompts, tokens, threads):
    from llama_cpp import Llama
    model = Llama(str(file), n_ctx=1024, n_threads=threads, verbose=False, logits_all=False)
    texts = []
    for prompt in prompts:
        model.reset()
        ids = model.tokenize(prompt.encode(), add_bos=False, special=True)
        new = []
        for token in model.generate(ids, temp=0.0, repeat_penalty=1.0, top_k=1):
            if token == model.token_eos() or len(new) >= tokens:
                break
            new.append(token)
        texts.append(model.detokenize(new, prev_tokens=ids).decode(errors="replace"))
    return texts


def by_xllamacpp(file, prompts, tokens, threads):
    import xllamacpp
    config = xllamacpp.CommonParams()
    config.model.path, config.warmup, config.n_ctx, config.n_parallel = str(file), False, 1024, 1
    config.cpuparams.n_threads = config.cpuparams_batch.n_threads = threads
    server, texts = xllamacpp.Server(config), []
    for prompt in prompts:
        answer = server.handle_completions({"prompt": prompt, "max_tokens": tokens, "temperature": 0.0, "top_k": 1,
                                            "repeat_penalty": 1.0, "cache_prompt": False})
        answer = answer if isinstance(answer, dict) else json.loads(answer)
        texts.append(answer["choices"][0]["text"])
    return texts


def llama_side(*arguments):
    """llama.cpp by whichever of its packages is there."""
    have = importlib.util.find_spec("llama_cpp") is not None
    return (by_llama_cpp_python if have else by_xllamacpp)(*arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--boolean")
    parser.add_argument("--prompts", type=int, default=len(PROMPTS))
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--only", default="mbok,safetensors,gguf")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cli", default=str(CLI))
    args = parser.parse_args()
    prompts, formats, bad = PROMPTS[: args.prompts], args.only.split(","), 0
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        boolab = Boolab(args.cli, home)
        for source in filter(None, (args.model, args.boolean)):
            reference = boolab.texts(source, prompts, args.tokens)
            name, exact = pathlib.Path(source).name, None
            for dtype in ("f32", "bf16"):
                if "safetensors" in formats:
                    result = boolab.export(source, "safetensors", home / f"dense-{dtype}", dtype)
                    texts, logits = transformers_side(result["output"], prompts, args.tokens)
                    ours = reference if dtype == "f32" else boolab.texts(result["output"], prompts, args.tokens)
                    same = same_beginnings(ours, texts)
                    bad += same != len(prompts)
                    exact = logits if dtype == "f32" else exact
                    print(f"{name}: safetensors {dtype} ({sizes(result)}): {same} of {len(prompts)} texts by transformers "
                          f"are Boolab's", flush=True)
                    subprocess.run(["rm", "-rf", result["output"]], check=True)
            if "mbok" in formats and source == args.boolean:
                result = boolab.export(source, "mbok", home / "mbok", "auto")
                texts, logits = transformers_side(result["output"], prompts, args.tokens)
                same = same_beginnings(reference, texts)
                worst = max((a - b).abs().max().item() for a, b in zip(logits, exact)) if exact else float("nan")
                bad += same != len(prompts) or not worst <= 1e-4 and exact is not None
                print(f"{name}: mbok ({sizes(result)}): {same} of {len(prompts)} texts by transformers are Boolab's; logits "
                      f"differ by at most {worst:.2e} from those of the dense f32 export", flush=True)
            for dtype in ("f32", "f16", "q8_0"):
                if "gguf" in formats:
                    result = boolab.export(source, "gguf", home / f"x-{dtype}.gguf", dtype)
                    ours = boolab.texts(result["model"], prompts, args.tokens)
                    texts = llama_side(result["model"], prompts, args.tokens, args.threads)
                    same, kept = same_beginnings(ours, texts), same_beginnings(reference, texts)
                    bad += dtype in GGUF_EXACT and same != len(prompts)
                    print(f"{name}: gguf {dtype} ({sizes(result)}): {same} of {len(prompts)} texts by llama.cpp are Boolab's "
                          f"on the same file, {kept} are those of the model in float32", flush=True)
                    print_differences(prompts, ours, texts)
                    os.remove(result["model"])
            subprocess.run(["rm", "-rf", str(home / "mbok")], check=True)
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
