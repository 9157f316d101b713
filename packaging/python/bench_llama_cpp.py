#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boolean models beside llama.cpp's low-bit types on the same machine, in one run.

    pip install --no-binary llama-cpp-python llama-cpp-python gguf     # built from source, for this machine's CPU
    python bench_llama_cpp.py MODEL.gguf --boolean K2 --boolean K3 --cli build/bin/boolab-cli --work FOLDER
    python bench_llama_cpp.py MODEL.gguf --synthetic 1b --cli build/bin/boolab-cli --work FOLDER

MODEL.gguf is quantised anew to every type of --types by llama.cpp. With --synthetic 1b its tokenizer is given to a
LLaMA of a billion random weights, which boolab-cli converts (svid, K = 2 and 3) and llama.cpp quantises: only speed
and memory are looked at. Everything is measured in its own process, --rounds times, in turn; the best counts.
Prints a Markdown table. Files made in --work are used again.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import time

FILE_TYPES = {"F16": 1, "Q4_0": 2, "Q8_0": 7, "Q2_K": 10, "TQ1_0": 36, "TQ2_0": 37}  # llama.h, llama_ftype
ONE_BILLION = {"hidden": 2048, "intermediate": 5632, "blocks": 22, "heads": 32, "kv_heads": 4}  # TinyLlama-1.1B


def tokens(count):
    return [random.Random(i).randrange(1000, 30000) for i in range(count)]


def measure_llama(path, threads, prompt_tokens, new_tokens):
    """In a process of its own; prints JSON."""
    import llama_cpp

    prompt, more = tokens(prompt_tokens), tokens(new_tokens)
    model = llama_cpp.Llama(path, n_ctx=prompt_tokens + new_tokens + 8, n_batch=512, n_threads=threads,
                            n_threads_batch=threads, verbose=False)
    model.eval(prompt[:8])
    best = {"prompt": 0.0, "decode": 0.0}
    for _ in range(3):
        model.reset()
        start = time.perf_counter()
        model.eval(prompt)
        best["prompt"] = max(best["prompt"], prompt_tokens / (time.perf_counter() - start))
        start = time.perf_counter()
        for token in more:
            model.eval([token])
        best["decode"] = max(best["decode"], new_tokens / (time.perf_counter() - start))
    print(json.dumps(best))


def run_measured(command):
    """Standard output and the largest resident memory of a program, in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{errors}")
    return output, usage.ru_maxrss * 1024


def quantise(source, target, name):
    import llama_cpp

    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = FILE_TYPES[name]
    parameters.allow_requantize = True
    part = target.with_suffix(".part")
    if llama_cpp.llama_model_quantize(str(source).encode(), str(part).encode(), parameters) != 0:
        raise SystemExit(f"{source}: llama.cpp could not quantise it to {name}")
    part.rename(target)


def copy_tokenizer(source, writer):
    """All tokenizer fields of an open GGUF."""
    import gguf

    for field in source.fields.values():
        if not field.name.startswith("tokenizer."):
            continue
        kind = field.types[0]
        value = field.contents()
        if kind == gguf.GGUFValueType.ARRAY:
            writer.add_array(field.name, value)
        else:
            writer.add_key_value(field.name, value, kind)


def synthesise(tokenizer, target):
    """A LLaMA of random F16 weights in GGUF."""
    import gguf
    import numpy as np

    source = gguf.GGUFReader(tokenizer)
    vocabulary = len(source.fields["tokenizer.ggml.tokens"].data)
    shape = ONE_BILLION
    head = shape["hidden"] // shape["heads"]
    part = target.with_suffix(".part")
    writer = gguf.GGUFWriter(part, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(shape["hidden"])
    writer.add_block_count(shape["blocks"])
    writer.add_feed_forward_length(shape["intermediate"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["kv_heads"])
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(vocabulary)
    writer.add_file_type(FILE_TYPES["F16"])
    copy_tokenizer(source, writer)
    generator = np.random.default_rng(1)

    def add(name, *size):
        writer.add_tensor(name, (0.02 * generator.standard_normal(size, np.float32)).astype(np.float16))

    def add_norm(name):
        writer.add_tensor(name, np.ones(shape["hidden"], np.float32))

    hidden, inner, keys = shape["hidden"], shape["intermediate"], shape["kv_heads"] * head
    add("token_embd.weight", vocabulary, hidden)
    add_norm("output_norm.weight")
    add("output.weight", vocabulary, hidden)
    for block in range(shape["blocks"]):
        prefix = f"blk.{block}."
        add_norm(prefix + "attn_norm.weight")
        add_norm(prefix + "ffn_norm.weight")
        for name, rows, columns in (("attn_q", hidden, hidden), ("attn_k", keys, hidden), ("attn_v", keys, hidden),
                                    ("attn_output", hidden, hidden), ("ffn_gate", inner, hidden),
                                    ("ffn_up", inner, hidden), ("ffn_down", hidden, inner)):
            add(f"{prefix}{name}.weight", rows, columns)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.rename(target)


def read_per_token(path):
    """Bytes of a GGUF's tensors that a step reads: of an embedding apart from the head, which is looked up, one row."""
    import gguf

    sizes = {tensor.name: int(tensor.n_bytes) for tensor in gguf.GGUFReader(path).tensors}
    if "output.weight" in sizes:
        sizes.pop("token_embd.weight")
    return sum(sizes.values())


def size_of(path):
    files = [path] if path.is_file() else path.glob("*.safetensors")
    return sum(file.stat().st_size for file in files)


class Candidate:
    def __init__(self, name, path, command, read, weights=0):
        self.name, self.bytes, self.command, self.read = name, size_of(path), command, read
        self.best = {"prompt": 0.0, "decode": 0.0}
        self.memory = self.memory_speed = 0
        self.weights = weights  # read per token

    def measure(self):
        output, whole = run_measured(self.command)
        result = self.read(json.loads(output))
        self.memory = result.get("resident", whole)
        self.weights = result.get("weights", self.weights)
        self.memory_speed = max(self.memory_speed, result.get("memory speed", 0))
        for key in self.best:
            self.best[key] = max(self.best[key], result[key])


def boolean_figures(result):
    return {"prompt": result["prompt_tokens_per_second"], "decode": result["decode"][0]["tokens_per_second"],
            "resident": result["peak_resident_bytes"],  # without the buffer that its memory test reads
            "weights": result["bytes_read_per_token"], "memory speed": result["memory_bytes_per_second"]}


def candidates(args):
    source = pathlib.Path(args.model)
    folders = [pathlib.Path(folder) for folder in args.boolean]
    if args.synthetic:
        source = args.work / f"synthetic-{args.synthetic}.gguf"
        if not source.exists():
            synthesise(args.model, source)
        for kernels in (2, 3):
            folder = args.work / f"synthetic-{args.synthetic}-k{kernels}"
            if not folder.exists():
                subprocess.run([args.cli, "convert", source, "-o", folder, "--method", "svid", "--kernels",
                                str(kernels), "--db", args.work / "experiments.sqlite", "--force"], check=True)
            folders.append(folder)
    found = []
    for name in args.types:
        path = args.work / f"{source.stem}-{name}.gguf"
        if not path.exists():
            quantise(source, path, name)
        command = [sys.executable, __file__, str(path), "--measure", "--threads", str(args.threads), "--prompt-tokens",
                   str(args.prompt_tokens), "--new-tokens", str(args.new_tokens)]
        found.append(Candidate(f"llama.cpp {name}", path, command, lambda result: result, read_per_token(path)))
    for folder in folders:
        command = [args.cli, "bench", "decode", str(folder), "--threads", str(args.threads), "--prompt-tokens",
                   str(args.prompt_tokens), "-n", str(args.new_tokens), "--json", "-q"]
        found.append(Candidate(f"Boolab {folder.name}", folder, command, boolean_figures))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--boolean", action="append", default=[])
    parser.add_argument("--synthetic", choices=["1b"])
    parser.add_argument("--cli", default="build/bin/boolab-cli")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("bench-llama-cpp"))
    parser.add_argument("--types", nargs="+", default=["Q4_0", "Q2_K", "TQ2_0"], choices=list(FILE_TYPES))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--prompt-tokens", type=int, default=512)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        return measure_llama(args.model, args.threads, args.prompt_tokens, args.new_tokens)

    args.work.mkdir(parents=True, exist_ok=True)
    all_of_them = candidates(args)
    for _ in range(args.rounds):
        for candidate in all_of_them:
            candidate.measure()
    fastest = max((one for one in all_of_them if one.name.startswith("llama.cpp")), key=lambda one: one.best["decode"])
    memory = max(one.memory_speed for one in all_of_them)
    print("| model | file MB | resident MB | prompt tokens/s | decode tokens/s | to the fastest of llama.cpp "
          "| weights read, of the memory's speed |")
    print("|---|---|---|---|---|---|---|")
    for one in all_of_them:
        share = f"{100 * one.best['decode'] * one.weights / memory:.0f} %" if memory else "-"
        print(f"| {one.name} | {one.bytes / 1e6:.1f} | {one.memory / 1e6:.0f} | {one.best['prompt']:.0f} "
              f"| {one.best['decode']:.1f} | {one.best['decode'] / fastest.best['decode']:.2f} | {share} |")


if __name__ == "__main__":
    main()
