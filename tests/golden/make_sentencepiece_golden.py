# SPDX-License-Identifier: Apache-2.0
"""Token ids of Google's `sentencepiece` on awkward lines: tests/core/tokenizer/data/sentencepiece.json.

python make_sentencepiece_golden.py   (pip: sentencepiece; and what make_tokenizer_golden.py needs)

A BPE vocabulary in the manner of LLaMA 1 and 2 (bytes where it lacks a character, digits one by one, "▁" for spaces, nothing
normalised), trained on text the script makes itself; pieces, scores and types stand in the file as a GGUF has them.
"""
import io
import json
import random

import sentencepiece

import make_tokenizer_golden as shared

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)


def trained():
    corpus = iter([" ".join(shared.word(random.Random(5 * i + j)) for j in range(9)) for i in range(3000)])
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=corpus, model_writer=model, model_type="bpe", vocab_size=700, byte_fallback=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True,
        allow_whitespace_only_pieces=True, character_coverage=0.99, num_threads=1, minloglevel=2)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def type_of(model, i):
    if model.is_unknown(i): return UNKNOWN
    if model.is_control(i): return CONTROL
    return BYTE if model.is_byte(i) else UNUSED if model.is_unused(i) else NORMAL


def main():
    model = trained()
    ids = range(model.get_piece_size())
    lines = json.loads((shared.DATA / "lines.json").read_text())["lines"]
    chosen = lines[::5]
    rows = [model.encode(line) for line in chosen]
    shared.write("sentencepiece.json", {
        "versions": {"sentencepiece": sentencepiece.__version__}, "stride": 5,
        "pieces": [model.id_to_piece(i) for i in ids], "scores": [model.get_score(i) for i in ids],
        "types": [type_of(model, i) for i in ids], "ids": shared.packed(rows),
        "with_special": [model.bos_id()] + model.encode("Hello world"),
        "decoded": [model.decode(row) for row in rows[12::97]]})


main()
