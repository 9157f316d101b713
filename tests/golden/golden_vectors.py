# SPDX-License-Identifier: Apache-2.0
"""Writes golden vectors as safetensors (docs/cuda.md, "Your own vectors"), with NumPy alone."""
import json
import struct

NAMES = {"float32": "F32", "float64": "F64", "uint8": "U8", "int64": "I64", "uint16": "BF16"}


def write(path, tensors, metadata):
    """tensors: name -> little-endian array, uint16 being the words of bfloat16. metadata: name -> text."""
    header, offset = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        place = [offset, offset + values.nbytes]
        header[name] = {"dtype": NAMES[values.dtype.name], "shape": list(values.shape), "data_offsets": place}
        offset = place[1]
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(values.tobytes() for values in tensors.values()))
