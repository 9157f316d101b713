# SPDX-License-Identifier: Apache-2.0
"""What each PTX instruction does (PTX ISA 9.0, section 9.7). An action takes a warp and returns where its active lanes go
on: None, the next instruction; GONE, nowhere. An instruction that is not known here raises Fault when it is reached."""

import numpy as np

from memory import Fault
from module import Entry, Instruction, split_operands, type_bits

GONE = -1
DTYPES = {"pred": np.bool_, "f32": np.float32, "f64": np.float64}
for _bits in (8, 16, 32, 64):
    DTYPES |= {f"s{_bits}": f"i{_bits // 8}", f"u{_bits}": f"u{_bits // 8}", f"b{_bits}": f"u{_bits // 8}"}
DTYPES = {name: np.dtype(kind) for name, kind in DTYPES.items()}

FULL = 0xFFFFFFFF
LANES = np.arange(32)


def _divide(x, y):
    if x.dtype.kind == "f":
        return x / y
    y = np.where(y == 0, 1, y).astype(y.dtype)  # of lanes that do not run
    quotient = x // y
    return (quotient + ((x % y != 0) & ((x < 0) != (y < 0)))).astype(x.dtype)


def _shift_left(x, n):
    bits = x.itemsize * 8
    return np.where(n >= bits, 0, x << np.minimum(n, bits - 1).astype(x.dtype)).astype(x.dtype)


def _shift_right(x, n):
    bits = x.itemsize * 8
    n = np.minimum(n, bits - 1) if x.dtype.kind == "i" else n
    return np.where(n >= bits, 0, x >> np.minimum(n, bits - 1).astype(x.dtype)).astype(x.dtype)


BINARY = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "min": lambda x, y: np.fmin(x, y),
    "max": lambda x, y: np.fmax(x, y),
    "and": lambda x, y: x & y,
    "or": lambda x, y: x | y,
    "xor": lambda x, y: x ^ y,
    "div": _divide,
}
UNARY = {"not": lambda x: ~x, "neg": lambda x: -x, "abs": np.abs, "rcp": lambda x: 1 / x}
COMPARE = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}


def device_nan(x):
    """What a device's float arithmetic makes of a NaN: always the same one, unlike a CPU."""
    if x.dtype != np.float32:
        return x
    return np.where(np.isnan(x), np.uint32(0x7FFFFFFF).view(np.float32), x)


def unary(op, operands):
    kind, compute = op[-1], UNARY[op[0]]
    return lambda w: w.write(operands[0], compute(w.read(operands[1], kind)))


def binary(op, operands):
    kind, compute = op[-1], BINARY[op[0]]
    return lambda w: w.write(operands[0], device_nan(compute(w.read(operands[1], kind), w.read(operands[2], kind))))


def shift(op, operands):
    kind, compute = op[-1], _shift_left if op[0] == "shl" else _shift_right
    return lambda w: w.write(operands[0], compute(w.read(operands[1], kind), w.read(operands[2], "u32")))


def multiply_high(op, operands):
    """The upper half of a product of integers, which numpy has no type for."""
    kind = op[-1]

    def action(w):
        x, y = (w.read(operands[i], kind).astype(object) for i in (1, 2))
        w.write(operands[0], (x * y >> type_bits(kind)).astype(DTYPES[kind]))

    return action


def multiply(op, operands):
    kind = op[-1]
    if op[:2] == ["mul", "hi"] and kind[0] != "f":
        return multiply_high(op, operands)
    if op[1] not in ("lo", "wide", "rn") or (op[0] == "mad" and kind[0] == "f"):
        return None
    wide = f"{kind[0]}{type_bits(kind) * 2}" if op[1] == "wide" else kind

    def action(w):
        product = w.read(operands[1], kind).astype(DTYPES[wide]) * w.read(operands[2], kind).astype(DTYPES[wide])
        w.write(operands[0], product + w.read(operands[3], wide) if op[0] == "mad" else device_nan(product))

    return action


def compare(op, operands):
    if len(op) == 3 and op[1] in ("nan", "num"):
        return order(op, operands)
    if len(op) != 3 or (op[1] not in COMPARE and op[1].removesuffix("u") not in COMPARE):
        return None
    kind, unordered = op[2], op[1] not in COMPARE
    relation = COMPARE[op[1].removesuffix("u")]

    def action(w):
        x, y = w.read(operands[1], kind), w.read(operands[2], kind)
        result = relation(x, y)
        if kind[0] == "f":
            apart = np.isnan(x) | np.isnan(y)
            result = result | apart if unordered else result & ~apart
        w.write(operands[0], result)

    return action


def order(op, operands):
    """Whether two floats cannot be ordered (nan), or can (num)."""

    def action(w):
        apart = np.isnan(w.read(operands[1], op[2])) | np.isnan(w.read(operands[2], op[2]))
        w.write(operands[0], apart if op[1] == "nan" else ~apart)

    return action


def select(op, operands):
    kind = op[-1]
    return lambda w: w.write(
        operands[0],
        np.where(w.read(operands[3], "pred"), w.read(operands[1], kind), w.read(operands[2], kind)),
    )


def convert(op, operands):
    to, source, rounding = op[-2], op[-1], op[1:-2]
    if rounding not in ([], ["rn"], ["rni"], ["rzi"]):
        return None

    def action(w):
        x = w.read(operands[1], source)
        if rounding == ["rni"]:
            x = np.rint(x)
        if source[0] == "f" and to[0] != "f":
            limits = np.iinfo(DTYPES[to])
            x = np.trunc(np.nan_to_num(x, nan=0.0)).astype(np.float64)
            if (np.abs(x[w.active]) > min(limits.max, 2**53)).any():
                raise Fault("a conversion that would saturate")
        w.write(operands[0], x.astype(DTYPES[to]))

    return action


def move(op, operands):
    kind = op[-1]
    if operands[0][0] == "{":
        parts = split_operands(operands[0].strip("{}"))
        part = type_bits(kind) // len(parts)

        def action(w):
            value = w.read(operands[1], f"b{type_bits(kind)}")
            for i, name in enumerate(parts):
                w.write(name, (value >> np.array(i * part, value.dtype)).astype(f"u{part // 8}"))

        return action
    if operands[1][0] == "{":
        parts = split_operands(operands[1].strip("{}"))
        part, whole = type_bits(kind) // len(parts), DTYPES[f"b{type_bits(kind)}"]

        def action(w):
            value = np.zeros(32, whole)
            for i, name in enumerate(parts):
                value |= w.read(name, f"b{part}").astype(whole) << np.array(i * part, whole)
            w.write(operands[0], value)

        return action
    return lambda w: w.write(operands[0], w.read(operands[1], kind))


def bit_field_insert(op, operands):
    kind = op[-1]
    bits = type_bits(kind)

    def action(w):
        x, y = w.read(operands[1], kind), w.read(operands[2], kind)
        place, count = (w.read(operands[i], "u32").astype(x.dtype) & np.array(255, x.dtype) for i in (3, 4))
        every = np.full(32, -1, f"i{bits // 8}").view(x.dtype)
        mask = _shift_left(_shift_right(every, bits - np.minimum(count, bits)), place)
        w.write(operands[0], y & ~mask | _shift_left(x, place) & mask)

    return action


def load(op, operands):
    kind, space = op[-1], op[1]
    count = int(op[-2][1]) if op[-2] in ("v2", "v4") else 1
    if set(op[2:-1]) - {"v2", "v4", "nc", "L1::no_allocate"}:
        return None
    names, size = split_operands(operands[0].strip("{}")), type_bits(kind) // 8

    def spread(w, content):
        for i, name in enumerate(names):
            value = np.zeros(32, DTYPES[kind])
            value[w.active] = np.ascontiguousarray(content[:, i * size : (i + 1) * size]).view(DTYPES[kind])[:, 0]
            w.write(name, value)

    def parameter(w):
        place = w.parameter_place(operands[1])
        content = np.frombuffer(w.block.parameters[place : place + size * count], np.uint8)
        spread(w, np.tile(content, (int(w.active.sum()), 1)))

    def memory(w):
        where = w.block.memory if space == "global" else w.block.shared
        spread(w, where.load(w.addresses(operands[1]), size * count, w.threads[w.active]))

    return {"param": parameter, "global": memory, "shared": memory}.get(space)


def store(op, operands):
    kind, space = op[-1], op[1]
    if space not in ("global", "shared") or set(op[2:-1]) - {"v2", "v4"}:
        return None
    names, size = split_operands(operands[1].strip("{}")), type_bits(kind) // 8

    def action(w):
        parts = [np.ascontiguousarray(w.read(name, f"b{size * 8}")[w.active]) for name in names]
        content = np.concatenate([part.view(np.uint8).reshape(-1, size) for part in parts], axis=1)
        where = w.block.memory if space == "global" else w.block.shared
        where.store(w.addresses(operands[0]), content, w.threads[w.active])

    return action


def atomic(op, operands):
    if op[1] not in ("shared", "global") or op[2:] != ["add", "u32"]:
        return None
    first = 1 if op[0] == "atom" else 0  # red returns nothing

    def action(w):
        values = w.read(operands[first + 1], "u32")[w.active]
        before = np.zeros(32, np.uint32)
        where = w.block.memory if op[1] == "global" else w.block.shared
        before[w.active] = where.atomic_add(w.addresses(operands[first]), values, w.threads[w.active])
        if first:
            w.write(operands[0], before)

    return action


def barrier(op, operands):
    def action(w):
        w.wait()
        return GONE

    return action if op == ["bar", "sync"] and operands == ["0"] else None


def branch(op, operands, entry):
    target = entry.labels[operands[0]]
    return lambda w: target


def end(op, operands):
    return lambda w: GONE


def lanes_named(w, operand):
    return int(w.read(operand, "u32")[np.argmax(w.active)])


def shuffle(op, operands):
    if op != ["shfl", "sync", "bfly", "b32"]:
        return None
    names = operands[0].split("|")

    def action(w):
        w.meet(lanes_named(w, operands[4]))
        value, flip, packed = (w.read(operands[i], "u32") for i in (1, 2, 3))
        segment = packed >> 8 & 31
        last = (LANES & segment) | (packed & 31 & ~segment)
        source = (LANES ^ flip).astype(np.int64)
        inside = source <= last
        source = np.where(inside, source, LANES)
        if not w.active[source[w.active]].all():
            raise Fault("a shuffle from a lane that is not there")
        w.write(names[0], value[source])
        if len(names) > 1:
            w.write(names[1], inside)

    return action


def vote(op, operands):
    if op != ["vote", "sync", "ballot", "b32"]:
        return None

    def action(w):
        w.meet(lanes_named(w, operands[2]))
        chosen = (w.read(operands[1].lstrip("!"), "pred") ^ (operands[1][0] == "!")) & w.active
        w.write(operands[0], np.full(32, np.packbits(chosen, bitorder="little").view(np.uint32)[0]))

    return action


def count_bits(a, b):
    return np.unpackbits((a & b).view(np.uint8), axis=-1).sum(-1)


def multiply_bytes(a, b):
    return (a.view(np.uint8).astype(np.int64) * b.view(np.uint8).astype(np.int64)).sum(-1)


MMA = {
    "m16n8k256.row.col.s32.b1.b1.s32.and.popc": count_bits,
    "m16n8k32.row.col.s32.u8.u8.s32": multiply_bytes,
}


def matrix(op, operands):
    """Fragments as in the PTX ISA, "Matrix Fragments for mma.m16n8k256" and "m16n8k32": eight 32-bit words a row."""
    product = MMA.get(".".join(op[3:]))
    if op[1:3] != ["sync", "aligned"] or product is None:
        return None
    d, a, b, c = (split_operands(operand.strip("{}")) for operand in operands)
    g, t = LANES >> 2, LANES & 3

    def action(w):
        w.meet(FULL)
        A, B = np.zeros((16, 8), np.uint32), np.zeros((8, 8), np.uint32)
        for i, name in enumerate(a):
            A[g + i % 2 * 8, t + i // 2 * 4] = w.read(name, "b32")
        for i, name in enumerate(b):
            B[g, t + i * 4] = w.read(name, "b32")
        rows, columns = np.repeat(A[:, None], 8, 1), np.repeat(B[None], 16, 0)
        D = product(rows, columns).astype(np.int32)
        results = [w.read(name, "s32") + D[g + i // 2 * 8, t * 2 + i % 2] for i, name in enumerate(c)]
        for name, result in zip(d, results):
            w.write(name, result)

    return action


def trap(op, operands):
    def action(w):
        raise Fault("a trap")

    return action


def count_ones(op, operands):
    size = type_bits(op[-1]) // 8
    return lambda w: w.write(
        operands[0],
        np.unpackbits(w.read(operands[1], op[-1]).view(np.uint8).reshape(-1, size), axis=1).sum(1).astype(np.uint32),
    )


def square_root(op, operands):
    kind = op[-1]
    return lambda w: w.write(operands[0], np.sqrt(w.read(operands[1], kind)))


def to_space(op, operands):
    """Addresses of global memory are the same everywhere."""
    return (lambda w: w.write(operands[0], w.read(operands[1], "u64"))) if op[1:3] == ["to", "global"] else None


KINDS = {
    **dict.fromkeys(UNARY, unary),
    **dict.fromkeys(BINARY, binary),
    **dict.fromkeys(("shl", "shr"), shift),
    **dict.fromkeys(("mul", "mad"), multiply),
    **dict.fromkeys(("atom", "red"), atomic),
    **dict.fromkeys(("ret", "exit"), end),
    "setp": compare,
    "selp": select,
    "cvt": convert,
    "mov": move,
    "bfi": bit_field_insert,
    "ld": load,
    "st": store,
    "bar": barrier,
    "shfl": shuffle,
    "vote": vote,
    "mma": matrix,
    "trap": trap,
    "sqrt": square_root,
    "popc": count_ones,
    "cvta": to_space,
}
# Of these nothing but "rn" may stand before the type.
SIMPLE = set(UNARY) | set(BINARY) | {"shl", "shr", "selp", "mov", "sqrt", "popc"}


def unknown(op):
    def action(w):
        raise Fault("an instruction that the interpreter does not know: " + ".".join(op))

    return action


def decode(instruction: Instruction, entry: Entry):
    op, operands = instruction.op, instruction.operands
    if op[0] == "bra":
        return instruction, branch(op, operands, entry)
    action = None
    if op[0] in KINDS and not (op[0] in SIMPLE and set(op[1:-1]) - {"rn"}):
        action = KINDS[op[0]](op, operands)
    return instruction, action or unknown(op)
