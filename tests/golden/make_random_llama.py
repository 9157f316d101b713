#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a LLaMA folder of a given size with random bfloat16 weights, shard by shard, for measurements of memory and
time on models that nobody has to download. Needs numpy alone.

    make_random_llama.py OUTPUT 135m|360m|1b|3b
"""
import json
import pathlib
import struct
import sys

import numpy as np

# hidden, intermediate, layers, heads, key/value heads, vocabulary
SIZES = {
    "135m": (576, 1536, 30, 9, 3, 49152),
    "360m": (960, 2560, 32, 15, 5, 49152),
    "1b": (2048, 8192, 16, 32, 8, 49152),
    "3b": (3072, 8192, 28, 24, 8, 49152),
}


def bfloat16(values):
    return (values.view(np.uint32) >> 16).astype(np.uint16)


def write_shard(path, tensors, random):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in tensors:
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in tensors:
            scale = 1.0 if len(shape) == 1 else shape[1] ** -0.5
            for rows in np.array_split(np.arange(shape[0]), max(1, shape[0] // 8192)):
                part = (len(rows),) + tuple(shape[1:])
                values = np.ones(part, np.float32) if len(shape) == 1 else random.standard_normal(part, np.float32)
                file.write(bfloat16(values * np.float32(scale)).tobytes())
    return offset


def main():
    output, size = pathlib.Path(sys.argv[1]), sys.argv[2]
    C, F, layers, heads, kv, V = SIZES[size]
    D = C // heads
    output.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    shards = [[("model.embed_tokens.weight", (V, C)), ("model.norm.weight", (C,))]]
    for i in range(layers):
        p = f"model.layers.{i}."
        shards.append([
            (p + "input_layernorm.weight", (C,)), (p + "post_attention_layernorm.weight", (C,)),
            (p + "self_attn.q_proj.weight", (heads * D, C)), (p + "self_attn.k_proj.weight", (kv * D, C)),
            (p + "self_attn.v_proj.weight", (kv * D, C)), (p + "self_attn.o_proj.weight", (C, heads * D)),
            (p + "mlp.gate_proj.weight", (F, C)), (p + "mlp.up_proj.weight", (F, C)),
            (p + "mlp.down_proj.weight", (C, F))])
    index, total = {}, 0
    for number, tensors in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        total += write_shard(output / file, tensors, random)
        index.update({name: file for name, _ in tensors})
    (output / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": index}, indent=1))
    (output / "config.json").write_text(json.dumps({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": C, "intermediate_size": F,
        "num_hidden_layers": layers, "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": D,
        "vocab_size": V, "rms_norm_eps": 1e-5, "rope_theta": 100000.0, "tie_word_embeddings": True,
        "hidden_act": "silu", "max_position_embeddings": 8192, "torch_dtype": "bfloat16"}, indent=1))


if __name__ == "__main__":
    main()
