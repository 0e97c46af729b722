"""How one invented form is set: fonts, sizes, capitals, colons and what one writes on."""

import random
from dataclasses import dataclass

from docai.vlm.builtin.synth.fonts import font_path

_TYPED = ("FreeMono", "LiberationMono-Regular", "LiberationMono-Regular", "DejaVuSansMono")
_SANS = (
    "LiberationSans-Regular",
    "LiberationSans-Regular",
    "FreeSans",
    "DejaVuSansCondensed",
    "LiberationSansNarrow-Regular",
    "DejaVuSans",
)
_SERIF = ("LiberationSerif-Regular", "FreeSerif", "DejaVuSerifCondensed")
_HAND = ("FreeSerifItalic", "LiberationSerif-Italic", "FreeMonoOblique", "LiberationSans-Italic")
_KOREAN = ("NanumGothic", "NotoSansCJK-Regular", "NanumBarunGothic", "NotoSerifCJK-Regular")
_KOREAN_TYPED = ("NanumGothicCoding", "NanumGothic", "NanumMyeongjo")
RULES = ("line", "line", "line", "dots", "none", "none")


@dataclass(frozen=True, slots=True)
class Style:
    """How a form is set.

    Attributes:
        key_font: name of the font of what is printed.
        value_font: of what is filled in.
        size: font size of keys, in pixels.
        value_size: font size of values, in pixels.
        is_bold: whether keys are bold.
        case: ``as``, ``upper`` or ``title``: capitals of keys.
        value_case: ``as`` or ``upper``.
        colon: what follows a key.
        rule: what one writes on: ``line``, ``dots`` or ``none``.
        leading: distance of rows, in font sizes.
        jitter: how far what is filled in lies off its line, in pixels.
        hint_size: font size of small print, in pixels.
    """

    key_font: str
    value_font: str
    size: int
    value_size: int
    is_bold: bool
    case: str
    value_case: str
    colon: str
    rule: str
    leading: float
    jitter: float
    hint_size: int

    def label(self, text: str) -> str:
        """Return ``text`` as it is printed before what is filled in."""
        return self.cased(text) + ("" if text[-1:] in "?:.)" else self.colon)

    def cased(self, text: str) -> str:
        """Return ``text`` in the capitals of this form."""
        if self.case == "upper":
            return text.upper()
        if self.case == "title":
            return " ".join(w if w.isupper() else w[:1].upper() + w[1:] for w in text.split())
        return text

    def written(self, text: str) -> str:
        """Return ``text`` as it is filled in."""
        return text.upper() if self.value_case == "upper" else text


def _one_of(rng: random.Random, names: tuple[str, ...]) -> str:
    """Return one of the fonts that are installed, or Pillow's own."""
    return rng.choice([name for name in names if font_path(name)] or [""])


def style(rng: random.Random, language: str, *, typed: float = 0.35) -> Style:
    """Return a way to set a form.

    Args:
        rng: of every choice.
        language: of the words; Korean needs fonts of its own.
        typed: how often it is all typed on a typewriter, in [0, 1].
    """
    is_typed = rng.random() < typed
    if language == "ko":
        key_font, value_font = _one_of(rng, _KOREAN), _one_of(rng, _KOREAN + _KOREAN_TYPED)
    elif is_typed:
        key_font = _one_of(rng, _TYPED)
        value_font = key_font if rng.random() < 0.8 else _one_of(rng, _HAND)
    else:
        key_font = _one_of(rng, _SANS if rng.random() < 0.7 else _SERIF)
        other = rng.choice((_TYPED, _TYPED, _SANS, _SERIF, _HAND))
        value_font = key_font if rng.random() < 0.4 else _one_of(rng, other)
    size = rng.choice((17, 18, 19, 20, 21, 22, 23, 24))
    return Style(
        key_font=key_font,
        value_font=value_font,
        size=size,
        value_size=size + rng.choice((-1, 0, 0, 0, 0, 1, 2)),
        is_bold=rng.random() < (0.1 if is_typed else 0.35),
        case=rng.choice(("as", "as", "upper", "upper", "upper", "title", "title")),
        value_case=rng.choice(("as", "as", "as", "upper")),
        colon=rng.choice((":", ":", ":", ":", ":", "", "", "", " :", ".")),
        rule=rng.choice(RULES),
        leading=rng.choice((1.5, 1.7, 1.9, 2.1, 2.4)),
        jitter=rng.choice((0, 0, 1, 2, 4)),
        hint_size=max(12, size - rng.choice((2, 4, 6, 7))),
    )
