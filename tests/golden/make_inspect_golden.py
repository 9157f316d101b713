#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Golden file of the layer inspector: a Boolean model of resources/models/tiny-llama made here, and what transformers
and float64 arithmetic say of its layers.

    make_inspect_golden.py      tests/core/inspect/data/boolean/ and tests/core/inspect/data/golden.json

Needs torch, transformers, safetensors from PyPI; the versions used are recorded in the output.
"""
import json, pathlib, shutil
import torch, transformers
from safetensors.torch import load_file, save_file
from transformers import LlamaForCausalLM

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "resources/models/tiny-llama"
OUT = ROOT / "tests/core/inspect/data"
K = 3
DENSE = "model.layers.1.self_attn.v_proj"
LAYERS = ["model.layers.0.mlp.up_proj", "model.layers.1.self_attn.k_proj", "model.layers.1.self_attn.o_proj",
          "model.layers.1.mlp.down_proj"]


def svid(weight):
    """K kernels, each from the signs and the best rank 1 of the magnitudes of what is left; float16 scales."""
    left, kernels = weight.double(), []
    for _ in range(K):
        signs = torch.where(left >= 0, 1.0, -1.0).double()
        U, S, V = torch.linalg.svd(left.abs())
        u, v = (U[:, 0].abs() * S[0].sqrt()).half(), (V[0].abs() * S[0].sqrt()).half()
        kernels.append((signs, u.double(), v.double()))
        left = left - u.double()[:, None] * signs * v.double()
    return kernels


def pack(signs):
    rows, columns = signs.shape
    padded = torch.zeros(rows, (columns + 7) // 8 * 8, dtype=torch.uint8)
    padded[:, :columns] = (signs > 0).to(torch.uint8)
    return (padded.view(rows, -1, 8) << torch.arange(8, dtype=torch.uint8)).sum(-1).to(torch.uint8)


def inputs_of(model, ids):
    seen = {}
    hooks = [model.get_submodule(name).register_forward_hook(
        lambda _, args, __, name=name: seen.__setitem__(name, args[0].reshape(-1, args[0].shape[-1]).double())) for name in LAYERS]
    with torch.no_grad():
        model(ids)
    for hook in hooks:
        hook.remove()
    return seen


def spread(values):
    return {"minimum": values.min().item(), "maximum": values.max().item(), "mean": values.mean().item(),
            "deviation": values.std(unbiased=False).item()}


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    folder = OUT / "boolean"
    folder.mkdir(parents=True)
    tensors, written, kernels = load_file(SOURCE / "model.safetensors"), {}, {}
    for name, tensor in tensors.items():
        layer = name.removesuffix(".weight")
        if not layer.endswith("_proj") or layer == DENSE:
            written[name] = tensor
            continue
        kernels[layer] = svid(tensor.float())
        written[layer + ".bool_weight"] = torch.stack([pack(b) for b, _, _ in kernels[layer]])
        written[layer + ".scale_out"] = torch.stack([u for _, u, _ in kernels[layer]]).half()
        written[layer + ".scale_in"] = torch.stack([v for _, _, v in kernels[layer]]).half()
    save_file(written, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((SOURCE / "config.json").read_text())
    config["quantization_config"] = {"quant_method": "mbok", "format_version": 1,
                                     "kernel_counts": {layer: K for layer in sorted(kernels)},
                                     "bits_per_weight": 0.0, "bits_per_weight_all": 0.0,
                                     "modules_to_not_convert": ["lm_head", DENSE]}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")

    torch.manual_seed(11)
    original = LlamaForCausalLM.from_pretrained(SOURCE, dtype=torch.float32).eval()
    student = LlamaForCausalLM.from_pretrained(SOURCE, dtype=torch.float32).eval()
    with torch.no_grad():
        for layer, parts in kernels.items():
            student.get_submodule(layer).weight.copy_(sum(u[:, None] * b * v for b, u, v in parts))
    ids = torch.randint(3, original.config.vocab_size, (3, 48))
    full, own = inputs_of(original, ids), inputs_of(student, ids)

    golden = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__}, "dense": DENSE,
              "ids": ids.tolist(), "layers": {}}
    for layer in LAYERS:
        W, parts = tensors[layer + ".weight"].double(), kernels[layer]
        target, weights = full[layer] @ W.T, [u[:, None] * b * v for b, u, v in parts]
        partial = [sum(weights[:k + 1]) for k in range(K)]
        outputs = [own[layer] @ w.T for w in weights]
        centred = torch.stack([(y - y.mean(0)).flatten() for y in outputs])
        covariance = centred @ centred.T
        deviation = covariance.diagonal().sqrt()
        golden["layers"][layer] = {
            "out": W.shape[0], "in": W.shape[1],
            "plus_share": [(b > 0).double().mean().item() for b, _, _ in parts],
            "scale_out": [spread(u) for _, u, _ in parts], "scale_in": [spread(v) for _, _, v in parts],
            "weight_error": [((W - w).square().sum() / W.square().sum()).item() for w in partial],
            "output_error": [((target - full[layer] @ w.T).square().sum() / target.square().sum()).item() for w in partial],
            "output_error_in_model": [((target - own[layer] @ w.T).square().sum() / target.square().sum()).item()
                                      for w in partial],
            "output_rms": [y.square().mean().sqrt().item() for y in outputs],
            "correlation": (covariance / deviation[:, None] / deviation).tolist()}
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    print(json.dumps(golden["layers"], indent=1))


if __name__ == "__main__":
    main()
