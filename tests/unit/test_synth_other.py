"""Invented documents of no kind: letters, reports, menus; the same seed, the same document."""

from functools import cache

import pytest

from docai.vlm.builtin.synth.form_content import LANGUAGES
from docai.vlm.builtin.synth.other import LAYOUTS, TRAINED, other
from docai.vlm.builtin.synth.sample import Sample


@cache
def drafted(seed: int) -> tuple[Sample, ...]:
    """Return the document of a seed, not drawn; several tests look at the same ones."""
    return other(seed, draw=False)


def words_of(sample: Sample, role: str) -> list[str]:
    return [word.text for word in sample.words if word.role == role]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_set_in_every_language(layout: str) -> None:
    for language in LANGUAGES:
        pages = other(2, layout=layout, language=language, draw=False)
        for n, page in enumerate(pages, 1):
            assert (page.kind, page.layout, page.language) == ("other", layout, language)
            assert (page.page, page.num_pages) == (n, len(pages))
            assert len(page.words) > 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_lie_on_the_paper(layout: str) -> None:
    for seed in range(5):
        for page in other(seed, layout=layout, noise=0, draw=False):
            height, width = page.picture.shape[:2]
            for word in page.words:
                (x0, y0), _, (x1, y1), _ = word.polygon
                assert 0 < x0 < x1 < width, (seed, word.text)
                assert 0 < y0 < y1 < height, (seed, word.text)


def test_keys_and_values_are_few_and_make_the_pairs() -> None:
    for seed in range(60):
        pages = drafted(seed)
        roles = [{w.entity: w.role for w in page.words} for page in pages]
        for page, role in zip(pages, roles, strict=True):
            assert all(role[k] == "key" and role[v] == "value" for k, v in page.links)
        pairs = pages[0].truth["pairs"]
        printed = sorted(text for page in pages for text in words_of(page, "value"))
        assert sorted(text for pair in pairs for text in pair["value"].split()) == printed
        fields = sum(len(words_of(page, "key")) for page in pages)
        assert fields < 0.5 * sum(len(page.words) for page in pages)


def test_the_same_seed_sets_the_same_document_drawn_or_not() -> None:
    drawn = other(5, language="en", layout="letter", noise=0.3)
    again = other(5, language="en", layout="letter", noise=0.3)
    blank = other(5, language="en", layout="letter", noise=0.3, draw=False)
    assert [p.words for p in drawn] == [p.words for p in again] == [p.words for p in blank]
    assert all((a.picture == b.picture).all() for a, b in zip(drawn, again, strict=True))
    assert other(6, language="en", layout="letter", draw=False)[0].words != blank[0].words


def test_the_last_quarter_is_never_picked_for_training() -> None:
    seen = {drafted(seed)[0].layout for seed in range(100)}
    assert len(LAYOUTS) >= 14
    assert len(LAYOUTS) - len(TRAINED) == len(LAYOUTS) // 4
    assert seen == set(TRAINED)


def test_some_documents_have_several_pages() -> None:
    lengths = [len(drafted(seed)) for seed in range(80)]
    assert max(lengths) in (3, 4, 5)
    assert lengths.count(1) > 40
