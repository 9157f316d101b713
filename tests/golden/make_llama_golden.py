#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of the engine, made with transformers in float32.

  make_llama_golden.py models       tests/engine/data/llama/<case>/: tiny random LLaMA models, their logits and greedy tokens
  make_llama_golden.py sample       resources/models/tiny-llama: a tiny model with a tokenizer of its own
  make_llama_golden.py perplexity GGUF TEXT   tests/engine/data/smollm2_perplexity.json (numbers only)

Needs torch, transformers, tokenizers, safetensors, gguf from PyPI; the versions used are recorded in the output.
"""
import json, math, pathlib, shutil, sys
import torch, transformers, tokenizers
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}

BASE = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=4, max_position_embeddings=256, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2)
LLAMA3 = dict(rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=32)
CASES = {
    "plain": dict(),
    "gqa_tied": dict(num_key_value_heads=1, tie_word_embeddings=True),
    "head_dim": dict(head_dim=16, num_key_value_heads=2),
    "biases": dict(attention_bias=True, mlp_bias=True),
    "llama3": dict(rope_parameters=LLAMA3, num_key_value_heads=2),
    "linear": dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
    "yarn": dict(rope_parameters=dict(rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=64)),
    "odd_width": dict(hidden_size=36, intermediate_size=50, num_attention_heads=3, num_key_value_heads=3),
}


def random_model(config):
    model = LlamaForCausalLM(config).eval().float()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("norm.weight"):
                p.copy_(1 + 0.2 * torch.randn_like(p))
            elif name.endswith("bias"):
                p.copy_(0.3 * torch.randn_like(p))
            else:
                p.copy_(torch.randn_like(p) * (1.0 if "embed" in name else 1.6 / math.sqrt(p.shape[1])))
    return model


def models():
    out = ROOT / "tests/engine/data/llama"
    shutil.rmtree(out, ignore_errors=True)
    for seed, (name, extra) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = random_model(LlamaConfig(**{**BASE, **extra}))
        folder = out / name
        model.save_pretrained(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        ids = torch.randint(3, model.config.vocab_size, (2, 40))
        with torch.no_grad():
            logits = model(ids).logits
            greedy = ids[:1, :8]
            for _ in range(12):
                greedy = torch.cat([greedy, model(greedy).logits[:, -1:].argmax(-1)], 1)
        # Every fifth position is enough to see a wrong one, and keeps the file small.
        kept = list(range(0, 40, 5)) + [39]
        golden = {"versions": VERSIONS, "ids": ids.tolist(), "positions": kept,
                  "logits": [[round(v, 6) for v in logits[b, t].tolist()] for b in range(2) for t in kept],
                  "greedy": greedy[0].tolist()}
        (folder / "golden.json").write_text(json.dumps(golden, separators=(",", ":")))
        print(name, logits.abs().max().item())


def sample():
    from tokenizers import Tokenizer, models as tm, pre_tokenizers, decoders, trainers
    text = [p.read_text() for p in sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))] or ["Boolean kernels and scales."]
    tok = Tokenizer(tm.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(text, trainers.BpeTrainer(vocab_size=384, special_tokens=["<|end|>", "<|start|>"],
                                                     initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    folder = ROOT / "resources/models/tiny-llama"
    torch.manual_seed(7)
    model = random_model(LlamaConfig(**{**BASE, "vocab_size": 384, "hidden_size": 64, "intermediate_size": 96,
                                        "num_key_value_heads": 2, "tie_word_embeddings": True, "bos_token_id": 1, "eos_token_id": 0}))
    model.to(torch.bfloat16).save_pretrained(folder)
    tok.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|start|>", "eos_token": "<|end|>",
        "chat_template": "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
                         "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"}, indent=1) + "\n")


def perplexity(gguf, text):
    from transformers import AutoModelForCausalLM, AutoTokenizer
    gguf = pathlib.Path(gguf)
    tok = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32).eval()
    # transformers' GGUF import leaves out SmolLM2's Digits step, which the published tokenizer.json has.
    from tokenizers import pre_tokenizers
    tok.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    ids = tok(open(text, encoding="utf-8").read(), return_tensors="pt", add_special_tokens=False).input_ids[0]
    windows = {}
    with torch.no_grad():
        for length, count in ((2048, 4), (512, 4)):
            nll = []
            for w in range(count):
                s = ids[w * length:(w + 1) * length]
                logits = model(s[None]).logits[0].float()
                nll.append(torch.nn.functional.cross_entropy(logits[:-1], s[1:]).item())
            windows[str(length)] = nll
    result = {"versions": VERSIONS, "text": pathlib.Path(text).name, "tokens": ids.numel(), "nll": windows}
    (ROOT / "tests/engine/data/smollm2_perplexity.json").write_text(json.dumps(result, indent=1) + "\n")
    print(result, {k: math.exp(sum(v) / len(v)) for k, v in windows.items()})


if __name__ == "__main__":
    {"models": models, "sample": sample, "perplexity": perplexity}[sys.argv[1]](*sys.argv[2:])
