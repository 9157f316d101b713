# SPDX-License-Identifier: Apache-2.0
"""Boolab's layout and back, on the small Boolean model of Boolab's own tests."""
import pathlib
import tempfile
import unittest

import numpy
import torch

import boolab

MODEL = pathlib.Path(__file__).resolve().parents[3] / "tests/core/inspect/data/boolean"


class Layout(unittest.TestCase):
    def test_bits_stand_as_the_format_says(self):
        bits = torch.tensor([[[0b00000101, 0b00000010]]], dtype=torch.uint8)  # columns 0, 2 and 9 of 10
        signs = boolab.unpack_bits(bits, 10)
        self.assertEqual(signs.tolist(), [[[1, -1, 1, -1, -1, -1, -1, -1, -1, 1]]])
        self.assertEqual(boolab.pack_bits(signs).tolist(), bits.tolist())

    def test_packing_and_unpacking_are_inverses(self):
        torch.manual_seed(0)
        for columns in (1, 7, 8, 9, 64, 65):
            signs = torch.randint(0, 2, (3, 5, columns)) * 2 - 1
            packed = boolab.pack_bits(signs)
            self.assertTrue(torch.equal(boolab.unpack_bits(packed, columns).long(), signs))
            expected = numpy.packbits(signs.numpy() > 0, axis=-1, bitorder="little")
            self.assertTrue(numpy.array_equal(packed.numpy(), expected))

    def test_what_is_no_sign_is_refused(self):
        with self.assertRaises(ValueError):
            boolab.pack_bits(torch.tensor([1.0, 0.0]))
        with self.assertRaises(ValueError):
            boolab.unpack_bits(torch.zeros(1, 2, dtype=torch.uint8), 17)

    def test_a_folder_survives_the_way_to_signs_and_back(self):
        config, state = boolab.read_folder(MODEL)
        layers = boolab.unpack_state_dict(state)
        self.assertEqual(layers["model.layers.0.self_attn.q_proj.signs"].dtype, torch.int8)
        again = boolab.pack_state_dict(layers)
        self.assertEqual(sorted(again), sorted(state))
        for name, tensor in state.items():
            self.assertTrue(torch.equal(again[name], tensor), name)
        with tempfile.TemporaryDirectory() as folder:
            boolab.write_folder(folder + "/model", config, again)
            other, written = boolab.read_folder(folder + "/model")
            for key in ("kernel_counts", "quant_method", "format_version"):
                self.assertEqual(other["quantization_config"][key], config["quantization_config"][key])
            self.assertGreater(other["quantization_config"]["bits_per_weight"], 1)
            self.assertTrue(all(torch.equal(written[name], state[name]) for name in state))
            with self.assertRaises(FileExistsError):
                boolab.write_folder(folder + "/model", config, again)

    def test_the_dense_weight_is_the_sum_of_its_kernels(self):
        _, state = boolab.read_folder(MODEL)
        dense = boolab.dense_state_dict(state)
        self.assertFalse(any(name.endswith(".bool_weight") for name in dense))
        for name in boolab.layout.layer_names(state):
            u, v = state[name + ".scale_out"].double(), state[name + ".scale_in"].double()
            signs = boolab.unpack_bits(state[name + ".bool_weight"], v.shape[1]).double()
            expected = (u.unsqueeze(-1) * signs * v.unsqueeze(-2)).sum(0)
            self.assertLess((dense[name + ".weight"] - expected).abs().max().item(), 1e-5)

    def test_a_layer_computes_with_its_dense_weight_and_trains_its_scales(self):
        torch.manual_seed(1)
        signs = torch.randint(0, 2, (2, 6, 11)) * 2 - 1
        layer = boolab.BooleanLinear.from_signs(signs, torch.rand(2, 6), torch.rand(2, 11), torch.rand(6))
        x = torch.randn(4, 11)
        y = layer(x)
        self.assertTrue(torch.allclose(y, x @ layer.weight.T + layer.bias))
        y.sum().backward()
        self.assertGreater(layer.scale_in.grad.abs().sum().item(), 0)
        boolab.keep_dense(layer)
        self.assertTrue(torch.allclose(layer(x), y))


if __name__ == "__main__":
    unittest.main()
