# SPDX-License-Identifier: Apache-2.0
"""quant_method "mbok" for transformers: from_pretrained() puts a BooleanLinear wherever the config counts kernels."""
import torch
from transformers.quantizers.auto import (AUTO_QUANTIZER_MAPPING, register_quantization_config, register_quantizer)
from transformers.quantizers.base import HfQuantizer
from transformers.utils.quantization_config import QuantizationConfigMixin

from .folder import FORMAT_VERSION
from .linear import BooleanLinear

METHOD = "mbok"


class BooleanConfig(QuantizationConfigMixin):
    """config.json's "quantization_config"."""

    def __init__(self, kernel_counts=None, format_version=FORMAT_VERSION, modules_to_not_convert=None, embedding_bits=16,
                 **figures):
        if format_version != FORMAT_VERSION:
            raise ValueError(f"format_version {format_version} of mbok is not known; this package reads {FORMAT_VERSION}")
        self.quant_method = METHOD
        self.format_version = format_version
        self.kernel_counts = dict(kernel_counts or {})
        self.modules_to_not_convert = list(modules_to_not_convert or [])
        self.embedding_bits = embedding_bits
        figures.pop("quant_method", None)
        for name, value in figures.items():  # bits_per_weight and the like: kept as they are
            setattr(self, name, value)


class RowScaled(torch.nn.Module):
    """An embedding or head as it is stored in 8 bits, for the time of loading. A tied head has no scales of its own."""

    def __init__(self, rows, columns, scaled, device=None):
        super().__init__()
        weight = torch.zeros(rows, columns, dtype=torch.int8, device=device)
        self.weight = torch.nn.Parameter(weight, requires_grad=False)  # ties are made between parameters
        if scaled:
            self.register_buffer("weight_scale", torch.zeros(rows, dtype=torch.float32, device=device))

    def expanded(self, dtype):
        return (self.weight.float() * self.weight_scale.unsqueeze(-1)).to(dtype)


def _parent(model, name):
    owner, _, child = name.rpartition(".")
    return model.get_submodule(owner), child


class BooleanQuantizer(HfQuantizer):
    requires_calibration = True  # only reads what Boolab wrote; it makes nothing Boolean itself

    def _process_model_before_weight_loading(self, model, **kwargs):
        for name, kernels in self.quantization_config.kernel_counts.items():
            parent, child = _parent(model, name)
            linear = getattr(parent, child)
            setattr(parent, child, BooleanLinear(linear.in_features, linear.out_features, kernels, linear.bias is not None,
                                                 linear.weight.dtype, linear.weight.device))
        if self.quantization_config.embedding_bits == 8:
            self._replace_tables(model)
        return model

    def _replace_tables(self, model):
        names = {id(module): name for name, module in model.named_modules()}
        embedding, head = model.get_input_embeddings(), model.get_output_embeddings()
        tied = bool(model.config.tie_word_embeddings)
        self._tables = {}
        for module, scaled in ((embedding, True), (head, not tied)):
            name = names[id(module)]
            self._tables[name] = (module, module.weight.dtype)
            parent, child = _parent(model, name)
            setattr(parent, child, RowScaled(*module.weight.shape, scaled, module.weight.device))

    def _process_model_after_weight_loading(self, model, **kwargs):
        tables = getattr(self, "_tables", {})
        expanded = None
        for name, (module, dtype) in tables.items():
            parent, child = _parent(model, name)
            stored = getattr(parent, child)
            if hasattr(stored, "weight_scale"):
                expanded = torch.nn.Parameter(stored.expanded(dtype))
            module.weight = expanded  # the embedding comes first; a tied head shares it
            setattr(parent, child, module)
        if tables:
            self.quantization_config.embedding_bits = 16  # from here on, and when it is saved
        return model

    def is_serializable(self, *args, **kwargs):
        return True

    @property
    def is_trainable(self):
        return True  # the scales, by autograd


if METHOD not in AUTO_QUANTIZER_MAPPING:
    register_quantization_config(METHOD)(BooleanConfig)
    register_quantizer(METHOD)(BooleanQuantizer)
