# SPDX-License-Identifier: Apache-2.0
"""Loads a run's event file with the tensorboard package and prints what it found: load_tensorboard.py FOLDER"""
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
parts = []
for tag in sorted(tags["scalars"]):
    parts.append(tag + " " + ", ".join(f"{point.step} {point.value:g}" for point in events.Scalars(tag)))
for tag in tags["tensors"]:
    assert events.SummaryMetadata(tag).plugin_data.plugin_name == "text", tag
    assert events.Tensors(tag)[0].tensor_proto.string_val[0].decode(), tag
print("; ".join(parts) + "; texts " + " ".join(sorted(tags["tensors"])))
