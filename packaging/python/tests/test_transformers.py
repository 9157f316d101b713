# SPDX-License-Identifier: Apache-2.0
"""transformers loads Boolean folders and computes what the dense weights compute."""
import importlib.util
import pathlib
import tempfile
import unittest

import torch

import boolab

MODEL = pathlib.Path(__file__).resolve().parents[3] / "tests/core/inspect/data/boolean"
TOKENS = torch.tensor([[1, 5, 2, 7, 3, 11, 4, 9]])


@unittest.skipUnless(importlib.util.find_spec("transformers"), "transformers is not installed")
class Transformers(unittest.TestCase):
    def load(self, folder, **options):
        from transformers import AutoModelForCausalLM
        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, **options).eval()

    def expected(self, folder):
        """Logits of plain transformers with the dense weights."""
        config, state = boolab.read_folder(folder)
        with tempfile.TemporaryDirectory() as dense:
            boolab.write_folder(dense + "/model", config, boolab.dense_state_dict(state))
            with torch.no_grad():
                return self.load(dense + "/model")(TOKENS).logits

    def logits(self, model):
        with torch.no_grad():
            return model(TOKENS).logits

    def test_logits_are_those_of_the_dense_weights(self):
        model = self.load(MODEL)
        self.assertIsInstance(model.model.layers[0].self_attn.q_proj, boolab.BooleanLinear)
        self.assertLess((self.logits(model) - self.expected(MODEL)).abs().max().item(), 1e-4)
        boolab.keep_dense(model)
        self.assertLess((self.logits(model) - self.expected(MODEL)).abs().max().item(), 1e-4)

    def test_it_generates(self):
        model = self.load(MODEL)
        ids = model.generate(TOKENS, max_new_tokens=5, do_sample=False, eos_token_id=None)
        self.assertEqual(ids.shape[1], TOKENS.shape[1] + 5)

    def test_what_it_saves_is_loaded_again(self):
        model = self.load(MODEL)
        with tempfile.TemporaryDirectory() as folder:
            model.save_pretrained(folder)
            config, state = boolab.read_folder(folder)
            self.assertEqual(config["quantization_config"]["quant_method"], "mbok")
            _, before = boolab.read_folder(MODEL)
            name = "model.layers.0.mlp.up_proj.bool_weight"
            self.assertTrue(torch.equal(state[name], before[name]))
            self.assertTrue(torch.equal(self.logits(self.load(folder)), self.logits(model)))

    def test_embeddings_in_eight_bits_are_expanded(self):
        config, state = boolab.read_folder(MODEL)
        name = "model.embed_tokens.weight"
        table = state[name].float()
        scale = (table.abs().amax(1) / 127).half()
        state[name + "_scale"] = scale
        state[name] = (table / scale.float().unsqueeze(-1)).round().clamp(-127, 127).to(torch.int8)
        if "lm_head.weight" in state:
            state["lm_head.weight_scale"] = scale
            state["lm_head.weight"] = state[name].clone()
        with tempfile.TemporaryDirectory() as folder:
            boolab.write_folder(folder + "/model", config, state)
            model = self.load(folder + "/model")
            self.assertLess((self.logits(model) - self.expected(folder + "/model")).abs().max().item(), 1e-4)
            model.save_pretrained(folder + "/saved")
            self.assertTrue(torch.allclose(self.logits(self.load(folder + "/saved")), self.logits(model)))

    def test_a_later_format_is_refused(self):
        from boolab.transformers_support import BooleanConfig
        with self.assertRaises(ValueError):
            BooleanConfig(format_version=2)


if __name__ == "__main__":
    unittest.main()
