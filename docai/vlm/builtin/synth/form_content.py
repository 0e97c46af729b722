"""What an invented form asks for and what is written into it; knows nothing of fonts or pixels."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass

from docai.vlm.builtin.synth.form_words import ENGLISH_FORM
from docai.vlm.builtin.synth.form_words_asia import KOREAN_FORM
from docai.vlm.builtin.synth.form_words_dutch import DUTCH_FORM
from docai.vlm.builtin.synth.form_words_europe import FRENCH_FORM, GERMAN_FORM
from docai.vlm.builtin.synth.form_words_south import ITALIAN_FORM, SPANISH_FORM
from docai.vlm.builtin.synth.locales import LOCALES
from docai.vlm.builtin.synth.receipt_content import coined
from docai.vlm.builtin.synth.words import Words

_SLOT = re.compile(r"\{(\w+)\}|\{(\d+)-(\d+)\}|[~^]")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_NUMBERS = {"n": 199, "nn": 30, "n1": 9}

_WORDY = ("short", "subject", "status")  # kinds that people answer with a sentence at times

LANGUAGES: dict[str, float] = {
    "en": 60, "de": 9, "fr": 8, "es": 8, "it": 6, "nl": 5, "ko": 4,
}  # fmt: skip
"""How often each language is spoken, in percent."""

_LOCALES = {
    "en": ("en_US",), "de": ("de_DE",), "fr": ("fr_FR",), "es": ("es_ES",), "it": ("it_IT",),
    "nl": ("nl_NL",), "ko": ("ko_KR",),
}  # fmt: skip
_FORMS: dict[str, Words] = {
    "en": ENGLISH_FORM,
    "de": GERMAN_FORM,
    "fr": FRENCH_FORM,
    "es": SPANISH_FORM,
    "it": ITALIAN_FORM,
    "nl": DUTCH_FORM,
    "ko": KOREAN_FORM,
}


def _merged(language: str) -> Words:
    """Return all word lists of a language; English lends what is the same everywhere."""
    locale = LOCALES[_LOCALES[language][0]].words
    return {**LOCALES["en_US"].words, **ENGLISH_FORM, **locale, **_FORMS[language]}


WORDS: dict[str, Words] = {language: _merged(language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what is filled in; empty where nothing is."""

    label: str
    value: str
    kind: str = "short"


class Content:
    """The words of one document.

    Attributes:
        rng: of every choice.
        language: such as ``de``.
        words: its word lists.
        emptiness: how often a field is left empty, in [0, 1].
    """

    def __init__(self, rng: random.Random, language: str, emptiness: float) -> None:
        """Open the word lists of a language."""
        self.rng, self.language, self.emptiness = rng, language, emptiness
        self.words: Mapping[str, tuple[str, ...]] = WORDS[language]

    def pick(self, key: str) -> str:
        """Return one choice of ``key``, filled in; its first letter is a capital."""
        text = self.fill(self.rng.choice(self.words[key]))
        return text[:1].upper() + text[1:]

    def raw(self, key: str) -> str:
        """Return one choice of ``key`` as it stands, with its slots empty."""
        return self.rng.choice(self.words[key])

    def fill(self, template: str) -> str:
        """Return ``template`` with its slots filled in."""
        return _SLOT.sub(self._one, template).replace("|", " ").strip()

    def _one(self, match: re.Match[str]) -> str:
        """Return what fills one slot."""
        rng, mark, key = self.rng, match.group(0), match.group(1)
        if mark == "~":
            return rng.choice("0123456789")
        if mark == "^":
            return rng.choice(_LETTERS)
        if key is None:
            low, high = match.group(2), match.group(3)
            return str(rng.randint(int(low), int(high))).zfill(len(low))
        if key in _NUMBERS:
            return str(rng.randint(1, _NUMBERS[key]))
        if key == "coined":
            return coined(rng)
        if key == "initials":
            return "".join(rng.choices(_LETTERS, k=rng.choice((2, 3, 3))))
        return self.fill(rng.choice(self.words[key]))

    def value(self, kind: str) -> str:
        """Return what may be filled in where ``kind`` is asked for."""
        chance = self.rng.random()
        if chance < 0.03:
            return self.pick("v_none")
        if chance < 0.15 and kind in _WORDY:
            return self.pick("v_note")
        text = self.pick(f"v_{kind}")
        return text.lower() if kind == "email" else text

    def field(self, *groups: str, empty: float | None = None) -> Field:
        """Return a field of one of the ``groups``, such as ``f_office``; perhaps empty."""
        label, _, kind = self.raw(self.rng.choice(groups)).partition("@")
        is_empty = self.rng.random() < (self.emptiness if empty is None else empty)
        label = self.fill(label)
        return Field(
            label[:1].upper() + label[1:], "" if is_empty else self.value(kind or "short"), kind
        )

    def fields(self, count: int, *groups: str, empty: float | None = None) -> list[Field]:
        """Return ``count`` fields with labels that differ, as far as there are so many."""
        found: dict[str, Field] = {}
        for _ in range(count * 4):
            field = self.field(*groups, empty=empty)
            found.setdefault(field.label, field)
            if len(found) == count:
                break
        return list(found.values())

    def options(self, key: str = "o_option") -> list[str]:
        """Return the labels of a group of boxes to tick."""
        parts = [self.fill(p) for p in self.raw(key).split("/")]
        return [p[:1].upper() + p[1:] for p in dict.fromkeys(parts) if p]

    def text(self, sentences: int) -> str:
        """Return so many sentences."""
        return " ".join(self.pick("sentence") for _ in range(sentences))
