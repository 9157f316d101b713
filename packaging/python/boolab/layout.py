# SPDX-License-Identifier: Apache-2.0
"""How Boolab stores a Boolean layer, and the ways to and from it.

NAME.bool_weight uint8 (K, out, ceil(in / 8)): bit j of byte b is column 8b + j, 1 means +1, padding bits are 0.
NAME.scale_out (K, out), NAME.scale_in (K, in). Embeddings in 8 bits: NAME.weight int8 (V, C), NAME.weight_scale (V).
"""
import torch

BITS, SCALE_OUT, SCALE_IN, ROW_SCALE = ".bool_weight", ".scale_out", ".scale_in", ".weight_scale"
SIGNS = ".signs"


def unpack_bits(bits, in_features):
    """uint8 (…, ceil(in / 8)) -> int8 (…, in) of ±1."""
    if bits.dtype != torch.uint8 or bits.shape[-1] != (in_features + 7) // 8:
        raise ValueError(f"expected uint8 rows of {(in_features + 7) // 8} bytes for {in_features} columns, "
                         f"got {bits.dtype} rows of {bits.shape[-1]}")
    places = torch.arange(8, dtype=torch.uint8, device=bits.device)
    ones = (bits.unsqueeze(-1) >> places) & 1
    return ones.flatten(-2)[..., :in_features].to(torch.int8) * 2 - 1


def pack_bits(signs):
    """±1 of any dtype (…, in) -> uint8 (…, ceil(in / 8))."""
    if not bool(((signs == 1) | (signs == -1)).all()):
        raise ValueError("signs must be +1 or -1")
    padding = -signs.shape[-1] % 8
    ones = torch.nn.functional.pad((signs > 0).to(torch.uint8), (0, padding))
    places = torch.arange(8, dtype=torch.uint8, device=signs.device)
    return (ones.unflatten(-1, (-1, 8)) << places).sum(-1, dtype=torch.uint8)


def dense_weight(bits, scale_out, scale_in):
    """float32 (out, in); kernels are added in order, one at a time, as Boolab does."""
    weight = None
    for k in range(bits.shape[0]):
        signs = unpack_bits(bits[k], scale_in.shape[-1])
        term = scale_out[k].float().unsqueeze(-1) * scale_in[k].float() * signs
        weight = term if weight is None else weight + term
    return weight


def layer_names(state):
    return [name[: -len(BITS)] for name in state if name.endswith(BITS)]


def _split(state):
    """The layers' names and everything that belongs to none."""
    names = layer_names(state)
    own = {name + suffix for name in names for suffix in (BITS, SCALE_OUT, SCALE_IN)}
    missing = own - set(state)
    if missing:
        raise ValueError(f"the state dict lacks {sorted(missing)[0]}")
    return names, {key: value for key, value in state.items() if key not in own}


def unpack_state_dict(state):
    """Boolab's layout -> NAME.signs (int8 ±1, (K, out, in)), NAME.scale_out, NAME.scale_in; the rest as it is."""
    names, result = _split(state)
    for name in names:
        scale_in = state[name + SCALE_IN]
        result[name + SIGNS] = unpack_bits(state[name + BITS], scale_in.shape[-1])
        result[name + SCALE_OUT], result[name + SCALE_IN] = state[name + SCALE_OUT], scale_in
    return result


def pack_state_dict(state):
    """The inverse of unpack_state_dict()."""
    result = {}
    for key, value in state.items():
        if not key.endswith(SIGNS):
            result[key] = value
            continue
        name = key[: -len(SIGNS)]
        K, out, columns = value.shape
        for suffix, shape in ((SCALE_OUT, (K, out)), (SCALE_IN, (K, columns))):
            if name + suffix not in state or tuple(state[name + suffix].shape) != shape:
                raise ValueError(f"{name + suffix} must be there with shape {shape}")
        result[name + BITS] = pack_bits(value)
    return result


def dense_state_dict(state, dtype=torch.float32):
    """What a plain LLaMA of transformers takes: every layer multiplied out, 8-bit embeddings expanded."""
    names, rest = _split(state)
    result = {}
    for key, value in rest.items():
        if key.endswith(ROW_SCALE):
            continue
        scale = rest.get(key + "_scale")
        if scale is not None:
            value = value.float() * scale.float().unsqueeze(-1)
        result[key] = value.to(dtype)
    for name in names:
        result[name + ".weight"] = dense_weight(*(state[name + s] for s in (BITS, SCALE_OUT, SCALE_IN))).to(dtype)
    return result
