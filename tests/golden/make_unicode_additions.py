# SPDX-License-Identifier: Apache-2.0
"""Prints core/tokenizer/unicode_additions.cpp's table: what the regexes of `tokenizers` know beyond Unicode 14.

python make_unicode_additions.py   (Python 3.11, whose unicodedata is Unicode 14; pip: tokenizers)
"""
import unicodedata

import tokenizers
from tokenizers import Regex, pre_tokenizers

CHARACTERS = [chr(c) for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000]
TEXT = "".join(CHARACTERS)


def members(category):
    splitter = pre_tokenizers.Split(Regex(r"\p{%s}" % category), "removed")
    left = set("".join(piece for piece, _ in splitter.pre_tokenize_str(TEXT)))
    return [ord(c) for c in CHARACTERS if c not in left and not unicodedata.category(c).startswith(category)]


def ranges(points):
    result = []
    for point in points:
        if result and result[-1][1] == point - 1:
            result[-1][1] = point
        else:
            result.append([point, point])
    return "".join(f"\\\\x{{{a:x}}}" + (f"-\\\\x{{{b:x}}}" if b > a else "") for a, b in result)


def main():
    assert unicodedata.unidata_version.startswith("14."), unicodedata.unidata_version
    print(f"// tokenizers {tokenizers.__version__}")
    for category in ("Lu", "Ll", "Lm", "Lo", "L", "M", "Nd", "N", "P", "S"):
        print(f'    {{"{category}", "{ranges(members(category))}"}},')


if __name__ == "__main__":
    main()
