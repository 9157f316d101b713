# SPDX-License-Identifier: Apache-2.0
"""Token ids of Hugging Face `tokenizers` on awkward lines: tests/core/tokenizer/data/{lines,llama3,qwen2,…}.json.

python make_tokenizer_golden.py SMOLLM2.gguf   (pip: tokenizers, transformers, torch, gguf)

The lines are drawn from a seed. The SmolLM2 ids come from the sample GGUF as transformers reads it, with one correction:
transformers leaves tokenizer.ggml.pre unread and so drops the Digits step that the published tokenizer.json of SmolLM2 has
(and llama.cpp's "smollm" too); it is put back here. The small tokenizers are trained on text the script makes itself.
"""
import base64
import json
import pathlib
import random
import sys

import tokenizers
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "core" / "tokenizer" / "data"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")

WORDS = """the of and to in a is that it was for on are as with his they at be this from have or by one had not but what all
were when we there can an your which their said if do will each about how up out them then she many some so these would
other into has more her two like him see time could no make than first been its who now people my made over did down only
way find use may water long little very after words called just where most know""".split()
FOREIGN = ("Привет мир как дела", "你好世界 中文分词测试", "こんにちは世界 カタカナ ｶﾅ", "안녕하세요 세계", "مرحبا بالعالم", "שלום עולם",
           "नमस्ते दुनिया", "สวัสดีชาวโลก", "Γειά σου Κόσμε ΣΊΣΥΦΟΣ", "ÀÉÎÕÜ çñß Øœ æ", "İstanbul ıçğöşü", "ﬁ ﬂ ﬆ ǅ ǆ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛",
           "ᏣᎳᎩ ꮳꮃꭹ", "ⴰⵎⴰⵣⵉⵖ", "ქართული ᲥᲐᲠᲗᲣᲚᲘ")
EMOJI = ["😀", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "❤️", "☺︎", "1️⃣", "🧑🏿‍🚀", "©️", "🫠"]
MARKS = ["e\u0301", "a\u0308\u0323", "\u0301", "o\u0302\u0301", "q\u0307\u0323", "\u1100\u1161\u11a8", "A\u030a", "\u212b", "\u0344", "ﬁ",
         "\u0958", "\u2126", "\u1e9b\u0323", "\u00bd", "\u2075", "\ufb1d"]
DIGITS = ["0", "12", "345", "6789", "12345678", "٣٤٥", "१२३", "４５６", "Ⅷ", "½", "²³", "①②", "三", "༣", "𝟗", "๕๖", "12٣4", "3.14", "1,000", "0x1F"]
SPACES = [" ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\r\n", "\r", " \n ", "\n \n", "\u00a0", "\u2003", "\u3000", "\u180e", "\u200b", "\u0085",
          "\u2028", "\u202f", "\ufeff", "\v", "\f", "\x1c", "\x1f"]
CONTRACTIONS = ["'s", "'S", "'t", "'T", "'re", "'RE", "'Re", "'ve", "'VE", "'m", "'M", "'ll", "'LL", "'lL", "'d", "'D", "’s", "'ſ", "'x", "''s"]
CONTROL = [chr(c) for c in range(32)] + ["\x7f", "\x80", "\x9f", "\u200d", "\u200e", "\u202e", "\u2066", "\ufffd", "\ufffe", "\uffff", "\U0010ffff",
                                         "\ue000", "\U000e0001"]
SPECIAL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|", "<|im_end|>>", "<repo_name>", "<empty_output>", "<|begin_of_text|>",
           "<|eot_id|>", "<tool_call>", "<STRIP>", "<word>", "<Café>", "<CAFE\u0301>"]
PUNCTUATION = list("!\"#$%&()*+,-./:;<=>?@[]^_`{|}~") + ["...", "--", "—", "«", "»", "。", "、", "¿", "€", "₿", "∑", "≠", "→", "==", "!=", "//", "/*", "\\n"]
NEW = ["\U00031350", "\U0002ebf0", "\u0cf3", "\U00010d40", "\U0001e4d0", "\U00011f04", "\U0001faf8"]


def word(r):
    w = r.choice(WORDS)
    return r.choice([w, w, w.capitalize(), w.upper(), w + r.choice(CONTRACTIONS), w[:2] + r.choice(MARKS) + w[2:]])


def piece(r):
    kind = r.randrange(14)
    if kind == 0: return r.choice(EMOJI) * r.choice([1, 1, 3])
    if kind == 1: return r.choice(r.choice(FOREIGN).split(" "))
    if kind == 2: return r.choice(MARKS)
    if kind == 3: return r.choice(DIGITS) + r.choice(["", r.choice(DIGITS)])
    if kind == 4: return r.choice(SPACES) * r.choice([1, 1, 2, 5])
    if kind == 5: return r.choice(CONTRACTIONS)
    if kind == 6: return r.choice(CONTROL)
    if kind == 7: return r.choice(SPECIAL)
    if kind == 8: return r.choice(PUNCTUATION) * r.choice([1, 1, 2, 4])
    if kind == 9: return chr(r.choice([r.randrange(0xA0, 0x3000), r.randrange(0x3000, 0xD800), r.randrange(0x10000, 0x20000)]))
    if kind == 10 and r.random() < 0.2: return r.choice(NEW)
    return word(r)


def lines():
    r = random.Random(20260101)
    result = ["", " ", "\n", "\t", "a", "é", "e\u0301", "'", "'s", " 's", "\x00", "I'm you'Re WE'LL he'ſ it'S"]
    result += [run * n for run in (" ", "\n", "\t", " \n", "\r\n", "\u00a0", "-", "a", "ab", "1", "😀") for n in (17, 200)]
    result += [" " * n + tail for n in range(2, 9) for tail in ("x", "1", "\n", "!", "<|im_end|>")]
    while len(result) < 2000:
        n = r.choice([1, 2, 3, 4, 5, 6])
        result.append(r.choice(["", " "]).join(piece(r) for _ in range(n)))
    return result


def corpus():
    r = random.Random(7)
    return [r.choice([" ", " ", "  ", "\n"]).join(r.choice([word, word, word, piece])(r) for _ in range(12)) for _ in range(3000)]


def trained(pattern, size, normalizer=None, ignore_merges=False):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer: tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def llama3():
    tokenizer = trained(LLAMA3, 700, ignore_merges=True)
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|eot_id|>"])
    tokenizer.add_tokens([AddedToken("<STRIP>", lstrip=True, rstrip=True, normalized=False), AddedToken("<word>", single_word=True)])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|> $B:1",
                                      special_tokens=[("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))])])
    return tokenizer


def qwen2():
    tokenizer = trained(QWEN2, 700, normalizer=normalizers.NFC())
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False), AddedToken("<Café>", normalized=True)])
    return tokenizer


def prefix_space():
    """A tokenizer.json in the old spelling of merges, with a lower-casing normalizer and a space set before the text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace("--", "-")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=False), pre_tokenizers.Split(Regex(r"[.,;]"), "merged_with_previous"),
        pre_tokenizers.ByteLevel(add_prefix_space=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=500, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_tokens([AddedToken("<Café>", normalized=True)])
    return tokenizer


def fallback():
    """In the style of Llama-2: no pre-tokenizer, "▁" for spaces, bytes where the vocabulary lacks a character."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.train_from_iterator([" ".join(word(random.Random(i)) for _ in range(5)) for i in range(2000)], trainers.BpeTrainer(
        vocab_size=500, special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{b:02X}>" for b in range(256)], show_progress=False))
    spec = json.loads(tokenizer.to_str())
    spec["pre_tokenizer"] = None
    spec["added_tokens"] = spec["added_tokens"][:3]
    spec["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return Tokenizer.from_str(json.dumps(spec))


def metaspace(scheme, split, decoder):
    """The same as newer files have it: "▁" is set by the pre-tokenizer."""
    tokenizer = fallback()
    tokenizer.normalizer = None
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme=scheme, split=split)
    if decoder:
        tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("▁", prepend_scheme=scheme)])
    return tokenizer


def smollm2(gguf):
    path = pathlib.Path(gguf)
    tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name).backend_tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return tokenizer


def packed(rows):
    """Rows of ids as base64 of LEB128 numbers, each row preceded by its length."""
    out = bytearray()
    for row in rows:
        for value in [len(row), *row]:
            while value >= 128:
                out.append(value & 127 | 128)
                value >>= 7
            out.append(value)
    return base64.b64encode(bytes(out)).decode()


def write(name, value):
    (DATA / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    DATA.mkdir(parents=True, exist_ok=True)
    texts = lines()
    versions = {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__}
    write("lines.json", {"versions": versions, "lines": texts})
    made = {"metaspace_first": metaspace("first", False, False), "metaspace_always": metaspace("always", True, True),
            "llama3": llama3(), "qwen2": qwen2(), "prefix_space": prefix_space(), "fallback": fallback(), "smollm2": smollm2(sys.argv[1])}
    for name, tokenizer in made.items():
        # all lines for the sample model, fewer for the others: the files stay small
        chosen = texts[::{"smollm2": 1, "llama3": 2, "qwen2": 2}.get(name, 5)]
        rows = [tokenizer.encode(text, add_special_tokens=False).ids for text in chosen]
        golden = {"versions": versions, "stride": -(-len(texts) // len(chosen)), "ids": packed(rows),
                  "with_special": tokenizer.encode("Hello world", add_special_tokens=True).ids,
                  "decoded": [tokenizer.decode(row, skip_special_tokens=True) for row in rows[12::97]]}
        if name != "smollm2":
            spec = json.loads(tokenizer.to_str())
            if name == "prefix_space":
                spec["model"]["merges"] = [" ".join(m) for m in spec["model"]["merges"]]
            golden["tokenizer"] = spec
        write(f"{name}.json", golden)


if __name__ == "__main__":
    main()
