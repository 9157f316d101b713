#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden files of the GGUF reader, made with PyPI's gguf and transformers.

  make_gguf_golden.py types        tests/core/formats/data/types.gguf: random blocks of every type that Boolab reads, each
                                   beside a float32 tensor "<type>.expected" of what gguf.quants.dequantize makes of it
  make_gguf_golden.py quantize     tests/core/formats/data/quantized.gguf: float32 "values" beside what gguf.quants.quantize
                                   makes of them in every type that Boolab writes
  make_gguf_golden.py llama        tests/core/formats/data/llama_*.gguf: tiny models in llama.cpp's conventions, and
                                   llama_models.json: their config and the hash of each tensor as transformers loads them
  make_gguf_golden.py sample GGUF  tests/core/formats/data/smollm2.json: hashes of tensors of SmolLM2-135M-Instruct

Hashes are SHA-256 of the little-endian float32 values in row-major order. The versions used are recorded in the JSON
files and in the key "golden.versions" of types.gguf.
"""
import hashlib, json, math, pathlib, sys
import numpy as np
import gguf
from gguf import GGMLQuantizationType as T, quants

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/core/formats/data"
TYPES = [T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K]
ROWS, COLUMNS = 5, 256
# Where the halves stand in a block: scales, and minima where the type has them.
HALVES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0],
          T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208]}
# +0, -0, the smallest and largest subnormals, the smallest normal, the largest halves, 1 and -1.
EDGE_HALVES = np.array([0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x3C00, 0xBC00], np.uint16)


def versions():
    result = {"gguf": __import__("importlib.metadata").metadata.version("gguf"), "numpy": np.__version__}
    if "transformers" in sys.modules:
        result["transformers"] = sys.modules["transformers"].__version__
    return result


def sha256(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f4").tobytes()).hexdigest()


def finite_halves(rng, count):
    halves = rng.integers(0, 1 << 16, count, dtype=np.uint16)
    halves[(halves & 0x7C00) == 0x7C00] &= 0x83FF  # no infinities, no NaN
    halves[: min(count, len(EDGE_HALVES))] = EDGE_HALVES[: min(count, len(EDGE_HALVES))]
    return halves


def random_blocks(rng, qtype):
    """ROWS x COLUMNS weights as stored, uint8."""
    if qtype == T.F16:
        return finite_halves(rng, ROWS * COLUMNS).view(np.uint8).reshape(ROWS, -1)
    if qtype in (T.F32, T.BF16):
        bits = rng.integers(0, 1 << 32, ROWS * COLUMNS, dtype=np.uint32)
        bits[(bits & 0x7F800000) == 0x7F800000] &= 0x807FFFFF
        bits[:4] = [0, 0x80000000, 0x00010000, 0xFF7F0000]
        return bits.view(np.uint8).reshape(ROWS, -1) if qtype == T.F32 else \
            (bits >> 16).astype(np.uint16).view(np.uint8).reshape(ROWS, -1)
    block, size = gguf.GGML_QUANT_SIZES[qtype]
    count = ROWS * COLUMNS // block
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for n, at in enumerate(HALVES[qtype]):
        halves = finite_halves(rng, count)
        blocks[:, at:at + 2] = np.roll(halves, 3 * n).reshape(-1, 1).view(np.uint8)
    return blocks.reshape(ROWS, -1)


def types():
    rng = np.random.default_rng(20260101)
    writer = gguf.GGUFWriter(DATA / "types.gguf", "none")
    writer.add_string("golden.versions", json.dumps(versions()))
    halves = np.arange(1 << 16, dtype=np.uint16)
    halves = halves[(halves & 0x7C00) != 0x7C00]
    writer.add_string("golden.all_finite_halves", sha256(quants.dequantize(halves.view(np.uint8), T.F16)))
    for qtype in TYPES:
        stored = random_blocks(rng, qtype)
        expected = quants.dequantize(stored, qtype).reshape(ROWS, COLUMNS)
        assert np.isfinite(expected).all(), qtype
        writer.add_tensor(qtype.name, stored, raw_dtype=qtype)
        writer.add_tensor(qtype.name + ".expected", expected)
    close(writer)


def values_to_round():
    rng = np.random.default_rng(20260202)
    values = (rng.standard_normal((ROWS, COLUMNS)) * 10.0 ** rng.uniform(-6, 3, (ROWS, COLUMNS))).astype(np.float32)
    values[0, :32] = 0                                             # a block without a scale
    values[0, 32:64] = np.arange(-16, 16, dtype=np.float32) + 0.5  # with the next line: scale 1, every value a tie
    values[0, 32] = 127
    values[0, 64:96] = 1e-9                                        # a scale below float16's smallest
    values[0, 96:128] = np.float32(6.1e-5) * np.linspace(-1, 1, 32, dtype=np.float32)
    return values


def quantize():
    writer = gguf.GGUFWriter(DATA / "quantized.gguf", "none")
    writer.add_string("golden.versions", json.dumps(versions()))
    values = values_to_round()
    writer.add_tensor("values", values)
    for qtype in (T.F16, T.BF16, T.Q8_0):
        writer.add_tensor(qtype.name, quants.quantize(values, qtype), raw_dtype=qtype)
    close(writer)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permute(weights, heads):
    """As llama.cpp's convert_hf_to_gguf.py does to q_proj and k_proj."""
    return weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:]).swapaxes(1, 2).reshape(weights.shape)


OUTER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
BLOCK = {"input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
         "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
         "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}


def ggml_name(name):
    stem, kind = name.rsplit(".", 1)
    if stem in OUTER:
        return f"{OUTER[stem]}.{kind}"
    _, _, layer, part = stem.split(".", 3)
    return f"blk.{layer}.{BLOCK[part]}.{kind}"


def llama3_divisors(rope, head_dim):
    """As llama.cpp's convert_hf_to_gguf.py does."""
    frequencies = 1.0 / (rope["rope_theta"] ** (np.arange(0, head_dim, 2, dtype=np.float32) / head_dim))
    low, high, old = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    divisors = []
    for frequency in frequencies:
        wavelength = 2 * math.pi / frequency
        if wavelength < old / high:
            divisors.append(1)
        elif wavelength > old / low:
            divisors.append(rope["factor"])
        else:
            smooth = (old / wavelength - low) / (high - low)
            divisors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(divisors, np.float32)


def write_llama(path, model, qtype):
    config, rope = model.config, model.config.rope_parameters
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_bos_token_id(config.bos_token_id)
    writer.add_eos_token_id(config.eos_token_id)
    if rope["rope_type"] == "llama3":
        writer.add_tensor("rope_freqs.weight", llama3_divisors(rope, config.head_dim))
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        values = tensor.numpy().astype(np.float32)
        if ".q_proj." in name:
            values = permute(values, config.num_attention_heads)
        elif ".k_proj." in name:
            values = permute(values, config.num_key_value_heads)
        if values.ndim == 2:
            writer.add_tensor(ggml_name(name), quants.quantize(values, qtype), raw_dtype=qtype)
        else:
            writer.add_tensor(ggml_name(name), values)
    close(writer)


MODELS = {
    "gqa_tied": (T.Q8_0, dict(num_key_value_heads=2, tie_word_embeddings=True)),
    "biases_untied": (T.F16, dict(attention_bias=True, mlp_bias=True, tie_word_embeddings=False)),
    "llama3": (T.Q5_1, dict(num_key_value_heads=1, head_dim=32, tie_word_embeddings=True, rope_parameters=dict(
        rope_type="llama3", rope_theta=500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=8192))),
}
CONFIG_KEYS = ["attention_bias", "bos_token_id", "eos_token_id", "head_dim", "hidden_size", "intermediate_size",
               "max_position_embeddings", "mlp_bias", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
               "rms_norm_eps", "tie_word_embeddings", "vocab_size"]


def llama():
    import torch, transformers
    golden = {"versions": versions(), "models": {}}
    for seed, (name, (qtype, extra)) in enumerate(MODELS.items()):
        torch.manual_seed(seed)
        config = transformers.LlamaConfig(**{**dict(
            vocab_size=48, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=4, max_position_embeddings=256, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2), **extra})
        model = transformers.LlamaForCausalLM(config)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.randn_like(parameter))
        path = DATA / f"llama_{name}.gguf"
        write_llama(path, model, qtype)
        # transformers reads no biases from the metadata, so it is told the config.
        loaded = transformers.LlamaForCausalLM.from_pretrained(str(DATA), gguf_file=path.name, config=config, dtype=torch.float32)
        tensors = {k: sha256(v.numpy()) for k, v in loaded.state_dict().items()
                   if not (config.tie_word_embeddings and k == "lm_head.weight")}
        golden["models"][name] = {"config": {k: getattr(config, k) for k in CONFIG_KEYS},
                                  "rope": dict(config.rope_parameters), "tensors": tensors}
    (DATA / "llama_models.json").write_text(json.dumps(golden, indent=1) + "\n")


SAMPLE_STORED = ["token_embd.weight", "blk.0.attn_q.weight", "blk.29.ffn_down.weight", "output_norm.weight"]
SAMPLE_LOADED = ["model.layers.0.self_attn.q_proj.weight", "model.layers.17.self_attn.k_proj.weight",
                 "model.layers.29.self_attn.v_proj.weight"]


def sample(path):
    import torch, transformers
    path = pathlib.Path(path)
    stored = {t.name: t for t in gguf.GGUFReader(path).tensors}
    loaded = transformers.LlamaForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
    state = loaded.state_dict()
    golden = {"versions": versions(), "config": {k: getattr(loaded.config, k) for k in CONFIG_KEYS},
              "rope_theta": loaded.config.rope_parameters["rope_theta"],
              "dequantized": {n: sha256(quants.dequantize(stored[n].data, stored[n].tensor_type)) for n in SAMPLE_STORED},
              "loaded": {n: sha256(state[n].numpy()) for n in SAMPLE_LOADED}}
    (DATA / "smollm2.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    commands = {"types": types, "quantize": quantize, "llama": llama, "sample": sample}
    if len(sys.argv) < 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    DATA.mkdir(parents=True, exist_ok=True)
    commands[sys.argv[1]](*sys.argv[2:])
