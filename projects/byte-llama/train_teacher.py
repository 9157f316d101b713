#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the small teacher of this project: a byte-level LLaMA of 3.3 M parameters, as a Hugging Face folder.

    python3 train_teacher.py TEXT models/teacher

Needs torch, transformers and tokenizers from PyPI. Small enough that flips have many tokens per bit, which no
training of a real model on two cores has; large enough that rules can be told apart.
"""
import argparse
import math
import time

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WIDTH, BLOCKS, HEADS, INNER, SEQUENCE, BATCH = 256, 4, 4, 640, 192, 24
PEAK_RATE, FLOOR, WARMUP, WEIGHT_DECAY = 2e-3, 0.05, 50, 0.05


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """256 tokens, one per byte: the alphabet of byte-level BPE without merges."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False)


def rate_at(step: int, steps: int) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return PEAK_RATE * min(1, (step + 1) / WARMUP) * (cosine * (1 - FLOOR) + FLOOR)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("output")
    parser.add_argument("--steps", type=int, default=1500)
    args = parser.parse_args()

    torch.manual_seed(0)
    tokenizer = byte_tokenizer()
    with open(args.text, encoding="utf-8", newline="\n") as file:
        ids = torch.tensor(tokenizer(file.read())["input_ids"])
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=256, hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=BLOCKS,
        num_attention_heads=HEADS, num_key_value_heads=HEADS, max_position_embeddings=2048,
        bos_token_id=None, eos_token_id=None, tie_word_embeddings=False))
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(ids)} bytes of text")
    optimizer = torch.optim.AdamW(model.parameters(), PEAK_RATE, betas=(0.9, 0.95), weight_decay=WEIGHT_DECAY)
    order = torch.Generator().manual_seed(1)
    start = time.time()
    for step in range(args.steps):
        optimizer.param_groups[0]["lr"] = rate_at(step, args.steps)
        first = torch.randint(0, len(ids) - SEQUENCE, (BATCH,), generator=order)
        batch = torch.stack([ids[i:i + SEQUENCE] for i in first])
        loss = model(input_ids=batch, labels=batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 49:
            print(f"step {step + 1}: {loss.item():.4f} nats per byte, {time.time() - start:.0f} s", flush=True)
    model.save_pretrained(args.output)
    tokenizer.save_pretrained(args.output)


if __name__ == "__main__":
    main()
