# SPDX-License-Identifier: Apache-2.0
"""The distillation step of `boolab-cli finetune` as one would write it in plain PyTorch and transformers, for
`boolab-cli bench finetune --python PYTHON`: a full-precision latent weight behind every bit of the last kernel,
straight-through gradients (OneBit, arXiv 2402.11295), AdamW (fused) on latent weights and scales, KL over the whole
vocabulary plus the normalised hidden-state MSE. Prints one JSON object.

The weight is merged before it is multiplied (one GEMM per layer, not one per kernel), and the merge keeps signs as
int8 for its backward pass: both are faster and smaller than the obvious spelling.
"""
import argparse
import json
import time

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from transformers import AutoConfig, AutoModelForCausalLM

LATENT_START = 0.02  # core/boolean/latent_rule.cpp


def memory(name):
    """VmRSS or VmHWM in bytes."""
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return -1


def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


class MergedWeight(torch.autograd.Function):
    """W = sum_k diag(scale_out_k) B_k diag(scale_in_k), B_K-1 = sign(latent), straight-through."""

    @staticmethod
    def forward(context, scale_out, scale_in, latent, fixed):
        signs = torch.cat([fixed, torch.where(latent >= 0, 1, -1).to(torch.int8)[None]])
        context.save_for_backward(scale_out, scale_in, signs)
        weight = torch.zeros_like(latent)
        for k in range(len(signs)):
            weight.addcmul_(signs[k] * scale_out[k][:, None], scale_in[k][None])
        return weight

    @staticmethod
    def backward(context, gradient):
        scale_out, scale_in, signs = context.saved_tensors
        to_out, to_in = torch.empty_like(scale_out), torch.empty_like(scale_in)
        for k in range(len(signs)):
            signed = gradient * signs[k]
            to_out[k] = signed @ scale_in[k]
            to_in[k] = scale_out[k] @ signed
        return to_out, to_in, gradient * torch.outer(scale_out[-1], scale_in[-1]), None


class BooleanLinear(torch.nn.Module):
    def __init__(self, tensors, name, in_features):
        super().__init__()
        packed = tensors.get_tensor(name + ".bool_weight").numpy()
        bits = np.unpackbits(packed, axis=-1, count=in_features, bitorder="little")
        signs = torch.from_numpy(bits.astype(np.int8) * 2 - 1)
        self.register_buffer("fixed", signs[:-1].clone())
        self.latent = torch.nn.Parameter(signs[-1].float() * LATENT_START)
        self.scale_out = torch.nn.Parameter(tensors.get_tensor(name + ".scale_out").float())
        self.scale_in = torch.nn.Parameter(tensors.get_tensor(name + ".scale_in").float())

    def forward(self, x):
        weight = MergedWeight.apply(self.scale_out, self.scale_in, self.latent, self.fixed)
        return F.linear(x, weight.to(x.dtype))


def load(folder, dtype):
    """The tensors that transformers knows; those of Boolean layers follow with boolean_layers()."""
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), attn_implementation="sdpa").to(dtype)
    with safe_open(folder + "/model.safetensors", "pt") as tensors:
        there = set(tensors.keys())
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in there:
                    parameter.copy_(tensors.get_tensor(name))
                elif name.removesuffix("weight") + "bool_weight" not in there:
                    raise SystemExit(f"{folder}: has no tensor {name}")
    return model.requires_grad_(False)


def boolean_layers(model, folder):
    with safe_open(folder + "/model.safetensors", "pt") as tensors:
        names = [key.removesuffix(".bool_weight") for key in tensors.keys() if key.endswith(".bool_weight")]
        for name in names:
            parent, leaf = name.rsplit(".", 1)
            linear = getattr(model.get_submodule(parent), leaf)
            setattr(model.get_submodule(parent), leaf, BooleanLinear(tensors, name, linear.in_features))


def loss_of(teacher, student, ids, every):
    with torch.no_grad():
        expected = teacher(ids, output_hidden_states=True, use_cache=False)
    actual = student(ids, output_hidden_states=True, use_cache=False)
    vocabulary = actual.logits.shape[-1]
    student_log = F.log_softmax(actual.logits.float().view(-1, vocabulary), -1)
    teacher_log = F.log_softmax(expected.logits.float().view(-1, vocabulary), -1)
    kl = F.kl_div(student_log, teacher_log, log_target=True, reduction="batchmean")
    chosen = range(every, len(actual.hidden_states) - 1, every)
    hidden = torch.zeros(())
    for i in chosen:
        wanted = expected.hidden_states[i].float()
        hidden = hidden + F.mse_loss(actual.hidden_states[i].float(), wanted) / wanted.square().mean() / len(chosen)
    return kl, hidden


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", required=True, help="folder with config.json and model.safetensors")
    parser.add_argument("--student", required=True, help="Boolean model folder")
    parser.add_argument("--tokens", required=True, help="int32 token ids, (steps + 1, batch, length)")
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--seq-len", type=int, required=True)
    parser.add_argument("--hidden-every", type=int, required=True)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    dtype = getattr(torch, arguments.dtype)
    runtime = memory("VmRSS")
    teacher = load(arguments.teacher, dtype).eval()
    student = load(arguments.student, dtype).train()
    boolean_layers(student, arguments.student)
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-5, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
    batches = torch.from_numpy(np.fromfile(arguments.tokens, np.int32).astype(np.int64))
    batches = batches.view(-1, arguments.batch_size, arguments.seq_len)

    forget_peak()
    losses, best, best_cpu = [], float("inf"), float("inf")
    for ids in batches:
        start, cpu = time.perf_counter(), time.process_time()
        kl, hidden = loss_of(teacher, student, ids, arguments.hidden_every)
        (kl + hidden).backward()
        torch.nn.utils.clip_grad_norm_([p for p in parameters if p.ndim == 2 and p.shape[0] < 16], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append({"kl": kl.item(), "hidden": hidden.item()})
        if len(losses) > 1:  # the first one warms up
            best = min(best, time.perf_counter() - start)
            best_cpu = min(best_cpu, time.process_time() - cpu)
    print(json.dumps({
        "loss_kl": losses[0]["kl"],
        "loss_hidden": losses[0]["hidden"],
        "seconds": best,
        "cpu_seconds": best_cpu,
        "peak_memory_bytes": memory("VmHWM"),
        "runtime_bytes": runtime,
        "teacher_bytes": sum(p.numel() * p.element_size() for p in teacher.parameters()),
        "versions": {"torch": torch.__version__, "transformers": __import__("transformers").__version__},
    }))


if __name__ == "__main__":
    main()
