# SPDX-License-Identifier: Apache-2.0
import torch

from .layout import dense_weight, pack_bits


class BooleanLinear(torch.nn.Module):
    """y = x W^T + bias with W = sum over k of diag(scale_out_k) B_k diag(scale_in_k); one bit per weight and kernel."""

    def __init__(self, in_features, out_features, kernels, bias=False, dtype=torch.float32, device=None):
        super().__init__()
        self.in_features, self.out_features, self.kernels = in_features, out_features, kernels
        bits = torch.zeros(kernels, out_features, (in_features + 7) // 8, dtype=torch.uint8, device=device)
        self.register_buffer("bool_weight", bits)
        # float32 whatever the model computes in: they are few, and what the file holds is kept.
        self.scale_out = torch.nn.Parameter(torch.zeros(kernels, out_features, dtype=torch.float32, device=device))
        self.scale_in = torch.nn.Parameter(torch.zeros(kernels, in_features, dtype=torch.float32, device=device))
        if bias:
            self.bias = torch.nn.Parameter(torch.zeros(out_features, dtype=dtype, device=device))
        else:
            self.register_parameter("bias", None)
        self._dense = None

    @classmethod
    def from_signs(cls, signs, scale_out, scale_in, bias=None):
        """signs ±1 (K, out, in), scale_out (K, out), scale_in (K, in)."""
        kernels, out_features, in_features = signs.shape
        layer = cls(in_features, out_features, kernels, bias is not None)
        with torch.no_grad():
            layer.bool_weight.copy_(pack_bits(signs))
            layer.scale_out.copy_(scale_out)
            layer.scale_in.copy_(scale_in)
            if bias is not None:
                layer.bias.copy_(bias)
        return layer

    @property
    def weight(self):
        """Dense, float32 (out, in); gradients reach the scales."""
        return dense_weight(self.bool_weight, self.scale_out, self.scale_in)

    def forward(self, x):
        weight = self._dense if self._dense is not None else self.weight.to(x.dtype)
        return torch.nn.functional.linear(x, weight, self.bias)

    def keep_dense(self, dtype, keep=True):
        """Keeps the dense weight in memory instead of building it in every call; for inference."""
        self._dense = self.weight.detach().to(dtype) if keep else None

    def _apply(self, function, *args, **kwargs):
        self._dense = None  # moved or cast: made again by who wants it
        return super()._apply(function, *args, **kwargs)

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, kernels={self.kernels}"


def keep_dense(model, keep=True):
    """keep_dense() of every Boolean layer, in the dtype that the model computes in."""
    dtype = getattr(model, "dtype", torch.float32)
    for module in model.modules():
        if isinstance(module, BooleanLinear):
            module.keep_dense(dtype, keep)
    return model
