"""Invented forms: the same seed, the same form; what is true of them is what they print."""

from functools import cache

import pytest

from docai.vlm.builtin.synth.form import LAYOUTS, TRAINED, form
from docai.vlm.builtin.synth.form_content import LANGUAGES, WORDS
from docai.vlm.builtin.synth.sample import Sample

SEEDS = range(6)


@cache
def drafted(seed: int) -> tuple[Sample, ...]:
    """Return the form of a seed, not drawn; several tests look at the same ones."""
    return form(seed, draw=False)


def texts_of(sample: Sample) -> dict[int, str]:
    """Return the text of every entity that stays on its lines: its words, in any order."""
    texts: dict[int, list[str]] = {}
    for word in sample.words:
        if word.entity is not None:
            texts.setdefault(word.entity, []).append(word.text)
    return {entity: " ".join(sorted(words)) for entity, words in texts.items()}


def roles_of(sample: Sample) -> dict[int, set[str]]:
    """Return the roles of the words of every entity."""
    roles: dict[int, set[str]] = {}
    for word in sample.words:
        if word.entity is not None:
            roles.setdefault(word.entity, set()).add(word.role)
    return roles


def sorted_words(text: str) -> str:
    return " ".join(sorted(text.split()))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_set_in_every_language(layout: str) -> None:
    for language in LANGUAGES:
        page = form(3, layout=layout, language=language, draw=False)[0]
        assert (page.kind, page.layout, page.language) == ("form", layout, language)
        assert any(word.role == "key" for word in page.words)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_links_go_from_a_key_to_a_value_and_make_the_pairs(layout: str) -> None:
    for seed in SEEDS:
        pages = form(seed, layout=layout, language="en", draw=False)
        expected: list[tuple[str, str]] = []
        for page in pages:
            roles, texts = roles_of(page), texts_of(page)
            assert all(roles[k] == {"key"} and roles[v] == {"value"} for k, v in page.links)
            values: dict[int, str] = {}
            for key, value in page.links:
                values[key] = f"{values.get(key, '')} {texts[value]}"
            expected += [(texts[k], sorted_words(v)) for k, v in values.items()]
        pairs = pages[0].truth["pairs"]
        found = [(sorted_words(p["key"]), sorted_words(p["value"])) for p in pairs]
        assert found == expected


def test_every_entity_has_one_role_and_every_value_a_key() -> None:
    for seed in range(40):
        for page in drafted(seed):
            roles = roles_of(page)
            assert all(len(found) == 1 and "" not in found for found in roles.values())
            linked = {value for _, value in page.links}
            assert {e for e, found in roles.items() if found == {"value"}} - linked <= _loose(page)


def _loose(page: Sample) -> set[int]:
    """Return values at the very start of a sentence with blanks, which nothing names."""
    return set() if page.layout != "form_letter" else set(roles_of(page))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_lie_on_the_paper(layout: str) -> None:
    for seed in SEEDS:
        for page in form(seed, layout=layout, noise=0, draw=False):
            height, width = page.picture.shape[:2]
            for word in page.words:
                (x0, y0), _, (x1, y1), _ = word.polygon
                assert 0 < x0 < x1 < width, (seed, word.text)
                assert 0 < y0 < y1 < height, (seed, word.text)


def test_marks_are_counted_in_the_truth() -> None:
    ticked = 0
    for seed in range(60):
        pages = drafted(seed)
        marks = [mark for page in pages for mark in page.marks]
        signatures = [m.is_set for m in marks if m.kind == "signature"]
        assert [s["is_present"] for s in pages[0].truth["signatures"]] == signatures
        boxes = [m.is_set for m in marks if m.kind != "signature"]
        said = [box["is_checked"] for box in pages[0].truth["check_boxes"]]
        assert len(said) >= len(boxes)
        assert sum(said) >= sum(boxes)
        ticked += sum(boxes)
        for page in pages:
            assert {m.entity for m in page.marks} <= set(roles_of(page))
    assert ticked > 10


def test_the_same_seed_sets_the_same_form_drawn_or_not() -> None:
    drawn = form(5, language="en", layout="line_form")
    again = form(5, language="en", layout="line_form")
    blank = form(5, language="en", layout="line_form", draw=False)
    assert [p.words for p in drawn] == [p.words for p in again] == [p.words for p in blank]
    assert all((a.picture == b.picture).all() for a, b in zip(drawn, again, strict=True))
    assert drawn[0].picture.min() < 100
    assert form(6, language="en", layout="line_form", draw=False)[0].words != blank[0].words


def test_the_last_quarter_is_never_picked_for_training() -> None:
    seen = {drafted(seed)[0].layout for seed in range(150)}
    assert len(LAYOUTS) >= 24
    assert len(LAYOUTS) - len(TRAINED) == len(LAYOUTS) // 4
    assert seen <= set(TRAINED)
    assert len(seen) > len(TRAINED) * 0.8


def test_some_forms_have_more_pages_that_share_their_truth() -> None:
    many = next(p for p in map(drafted, range(400)) if len(p) > 1)
    assert [page.page for page in many] == list(range(1, len(many) + 1))
    assert all(page.num_pages == len(many) and page.truth == many[0].truth for page in many)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_value_that_is_asked_for_can_be_filled_in(language: str) -> None:
    words = WORDS[language]
    for group, choices in words.items():
        if group.startswith(("f_", "c_table")):
            kinds = {choice.partition("@")[2] for choice in choices}
            assert not {kind for kind in kinds if f"v_{kind}" not in words}, group
