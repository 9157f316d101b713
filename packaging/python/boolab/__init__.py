# SPDX-License-Identifier: Apache-2.0
"""Boolean LLMs (MBOK, arXiv 2505.22811) in PyTorch: W = sum over k of diag(scale_out_k) B_k diag(scale_in_k), B = ±1.

Importing this registers quant_method "mbok" with transformers, where that is installed.
"""
import importlib.util

from .folder import read_folder, write_folder
from .layout import (dense_state_dict, dense_weight, pack_bits, pack_state_dict, unpack_bits, unpack_state_dict)
from .linear import BooleanLinear, keep_dense

__all__ = ["BooleanLinear", "dense_state_dict", "dense_weight", "keep_dense", "pack_bits", "pack_state_dict", "read_folder",
           "unpack_bits", "unpack_state_dict", "write_folder"]

if importlib.util.find_spec("transformers") is not None:
    from . import transformers_support  # noqa: F401
