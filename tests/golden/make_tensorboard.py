# SPDX-License-Identifier: Apache-2.0
"""Prints the records of tests/core/formats/test_tensorboard_events.cpp, made by the tensorboard package (2.21.0)."""
import struct

import tensorboard
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c


def record(event):
    data = event.SerializeToString()
    length = struct.pack("<Q", len(data))
    return (length + struct.pack("<I", masked_crc32c(length)) + data + struct.pack("<I", masked_crc32c(data))).hex()


text = Summary.Value(
    tag="notes/text_summary",
    tensor=TensorProto(dtype=7, tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]), string_val=[b"# x"]),
    metadata=SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text")),
)
print("tensorboard", tensorboard.__version__)
print(record(Event(wall_time=2.0, file_version="brain.Event:2")))
print(record(Event(wall_time=2.0, step=7, summary=Summary(value=[Summary.Value(tag="loss", simple_value=1.5)]))))
print(record(Event(wall_time=2.0, step=300, summary=Summary(value=[text]))))
