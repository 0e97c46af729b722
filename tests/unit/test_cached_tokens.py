"""Image tokens on disk: one look per picture and model, whatever befalls the files."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from docai.document import Page
from docai.provenance import Provenance, provenance_of
from docai.testing import ScriptedVlm
from docai.vlm.cached import CachedVlm
from docai.vlm.engine import Answer, Question, Reply
from docai.vlm.tokens import ImageTokens


@dataclass
class Watched:
    """Counts the pages that a model looks at."""

    name: str = "watched/1"
    seen: list[int] = field(default_factory=list)

    def encode(self, page: Page) -> ImageTokens:
        self.seen.append(page.number)
        return ImageTokens(page.number, self.name, {"mean": page.picture.mean((0, 1))}, {"n": 1})

    def answer(self, question: Question) -> Reply:
        return Reply((Answer("total", 0.5),), stop="length")


def a_page(number: int, shade: int) -> Page:
    return Page(number, np.full((4, 6, 3), shade, np.uint8))


def same(a: ImageTokens, b: ImageTokens) -> bool:
    return repr(a) == repr(b)


def test_a_picture_is_looked_at_once(tmp_path: Path) -> None:
    vlm = Watched()
    first = CachedVlm(vlm, tmp_path).encode(a_page(1, 7))
    again = CachedVlm(vlm, tmp_path).encode(a_page(1, 7))
    assert vlm.seen == [1]
    assert same(first, again)


def test_the_same_picture_may_be_another_page(tmp_path: Path) -> None:
    vlm = Watched()
    cached = CachedVlm(vlm, tmp_path)
    cached.encode(a_page(1, 7))
    assert cached.encode(a_page(3, 7)).page == 3
    assert vlm.seen == [1]


def test_other_pictures_shapes_and_models_are_looked_at(tmp_path: Path) -> None:
    vlm, other = Watched(), Watched("watched/2")
    cached = CachedVlm(vlm, tmp_path)
    cached.encode(a_page(1, 7))
    cached.encode(a_page(1, 8))
    cached.encode(Page(1, np.full((6, 4, 3), 7, np.uint8)))
    assert CachedVlm(other, tmp_path).encode(a_page(1, 7)).model == "watched/2"
    assert (len(vlm.seen), len(other.seen)) == (3, 1)


@pytest.mark.parametrize("damage", [b"", b"no tokens at all"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    vlm = Watched()
    cached = CachedVlm(vlm, tmp_path)
    whole = cached.encode(a_page(1, 7))
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert same(cached.encode(a_page(1, 7)), whole)
    assert same(cached.encode(a_page(1, 7)), whole)
    assert vlm.seen == [1, 1]


def test_it_answers_and_is_called_as_the_model(tmp_path: Path) -> None:
    cached = CachedVlm(Watched(), tmp_path)
    assert cached.answer(Question({}, (), ())) == Reply((Answer("total", 0.5),), stop="length")
    assert cached.name == "watched/1"
    assert provenance_of(cached) == Provenance("watched/1")
    assert provenance_of(CachedVlm(ScriptedVlm(), tmp_path)).engine == "scripted-vlm"
