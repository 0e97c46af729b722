"""Digits as OCR prints them: every script's digits as ASCII, letters read for digits put right.

Knows characters only. What a number means is for `money`, `dates`, `times` and `phone`.
"""

import re
import unicodedata

# Signs that mean the same on paper. NFKC would do most of this, but it also turns ½ into 1⁄2
# and ² into 2: digits that are not printed.
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("’‘´`ʼ′", "'"),
        "٫": ".",
        "٬": ",",
        "。": ".",
        "、": ",",
        "﷼": " SR ",
    }
)
_NO_BREAK = "\u00a0"  # groups digits and never separates two values
_FULL_WIDTH = 0xFEE0

_SLIPS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5"})
# A run that could be a number: digits and the letters taken for digits, no other letter beside it.
_RUN = re.compile(r"(?<![^\W\d_])[0-9OolI|S]+(?:[.,][0-9OolI|S]+)*(?![^\W\d_])")


def fold(text: str) -> str:
    """Return ``text`` with ASCII digits, plain dashes, quotes and spaces, and nothing added."""
    if text.isascii():
        return text
    return "".join(_fold_character(c) for c in text.translate(_SIGNS))


def _fold_character(character: str) -> str:
    """Return the ASCII character that stands for ``character``, or itself if there is none."""
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - _FULL_WIDTH)
    if character in "\u00a0\u202f\u2009\u2007":
        return _NO_BREAK
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "No":
        return "?"  # ½ and ² are numbers, not digits
    return "" if category == "Cf" else character


def repair(text: str) -> str:
    """Return ``text`` with O, l, I, | and S as digits wherever they can be nothing else.

    A run in which a letter may also be a currency sign, a table rule, a unit or a tax class is
    replaced by ``?``, so that no one takes the rest of it for the number: ``S4.50``, ``12S``.
    """
    return _RUN.sub(lambda match: _repair_run(match[0]), text)


def _repair_run(run: str) -> str:
    """Return one run of digits and look-alikes with its letters as digits, or ``?``."""
    if not any(c.isdigit() for c in run) or not any(c.isalpha() or c == "|" for c in run):
        return run
    tail = run[max(run.rfind("."), run.rfind(",")) + 1 :]
    has_decimals = len(tail) < len(run)
    if has_decimals and len(tail) > 2 and tail[:2].isdigit() and tail[2:].isalpha():
        run = run[: 2 - len(tail)]  # a tax class behind the cents: "4.50S"
    elif run[-1].isalpha() and not has_decimals:
        return "?"
    return "?" if run[0] in "S|" or run[-1] == "|" else run.translate(_SLIPS)


def repair_all(text: str) -> str:
    """Return ``text`` with look-alikes as digits in every run that holds a digit.

    For dates, times and phone numbers, where neither units nor currency signs are printed.
    """
    return _RUN.sub(
        lambda m: m[0].translate(_SLIPS) if any(c.isdigit() for c in m[0]) else m[0], text
    )
