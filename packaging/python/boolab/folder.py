# SPDX-License-Identifier: Apache-2.0
"""Boolean model folders: config.json and safetensors, as docs/formats.md of Boolab describes them."""
import json
import os
import pathlib

from safetensors import safe_open
from safetensors.torch import save_file

from .layout import BITS, ROW_SCALE, SCALE_IN, SCALE_OUT, layer_names

FORMAT_VERSION = 1


def _weight_files(folder):
    index = folder / "model.safetensors.index.json"
    if index.exists() and not (folder / "model.safetensors").exists():
        return [folder / name for name in sorted(set(json.loads(index.read_text())["weight_map"].values()))]
    return [folder / "model.safetensors"]


def read_folder(folder):
    """(config, state dict) of a Boolean or dense Hugging Face folder, tensors as they are stored."""
    folder = pathlib.Path(folder)
    config = json.loads((folder / "config.json").read_text())
    state = {}
    for path in _weight_files(folder):
        with safe_open(path, "pt") as file:
            state.update({name: file.get_tensor(name) for name in file.keys()})
    return config, state


def quantization_config(state):
    """What Boolab and transformers read of a Boolean state dict; its bits follow from the tensors."""
    names = layer_names(state)
    bits = weights = 0
    for name in names:
        scales = (state[name + SCALE_OUT], state[name + SCALE_IN])
        K, out, columns = scales[0].shape[0], scales[0].shape[1], scales[1].shape[1]
        bits += K * out * columns + sum(8 * s.numel() * s.element_size() for s in scales)
        weights += out * columns
    own = {name + suffix for name in names for suffix in (BITS, SCALE_OUT, SCALE_IN)}
    rest = {key: value for key, value in state.items() if key not in own}
    parameters = weights + sum(value.numel() for key, value in rest.items() if not key.endswith(ROW_SCALE))
    file_bits = 8 * sum(value.numel() * value.element_size() for value in state.values())
    dense = [key[: -len(".weight")] for key, value in rest.items() if key.endswith("_proj.weight")]
    return {"quant_method": "mbok", "format_version": FORMAT_VERSION,
            "kernel_counts": {name: state[name + BITS].shape[0] for name in names},
            "bits_per_weight": bits / max(1, weights), "bits_per_weight_all": file_bits / max(1, parameters),
            "embedding_bits": 8 if any(key.endswith(ROW_SCALE) for key in rest) else 16,
            "modules_to_not_convert": ["lm_head"] + dense}


def write_folder(folder, config, state):
    """Writes config.json and model.safetensors; a state dict without Boolean layers becomes a dense folder. Refuses a
    folder that holds a model already. Tokenizer files are the caller's to copy."""
    folder = pathlib.Path(folder)
    if (folder / "config.json").exists():
        raise FileExistsError(f"{folder} holds a model already")
    folder.mkdir(parents=True, exist_ok=True)
    config = {key: value for key, value in config.items() if key != "quantization_config"}
    if layer_names(state):
        config["quantization_config"] = quantization_config(state)
    part = folder / "model.safetensors.part"
    save_file({key: value.contiguous() for key, value in state.items()}, part, metadata={"format": "pt"})
    os.replace(part, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
