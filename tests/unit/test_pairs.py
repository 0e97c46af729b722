"""Keys and values, from what the network says, and from places where it is silent."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from typed_forms import filled

from docai.geometry import Box
from docai.vlm.builtin import proximity
from docai.vlm.builtin.pairs import Array, entities, pairs
from docai.vlm.builtin.tagged import Tagged


def shown(page: Tagged) -> list[tuple[str, str]]:
    """Return the texts of keys and values."""
    return [(text(page, pair.key.words), text(page, pair.words)) for pair in pairs(page)]


def text(page: Tagged, words: tuple[int, ...]) -> str:
    return " ".join(page.reading.words[i].text for i in words)


def test_values_stand_beside_and_below_their_keys() -> None:
    page = filled(
        "H[Patient]",
        "K1[Full name:]  V1[Ada Lovell]      K2[Born:]",
        "                                    V2[3 May 1990]",
        "K3[Remarks]",
    )
    assert shown(page) == [
        ("Full name:", "Ada Lovell"),
        ("Born:", "3 May 1990"),
        ("Remarks", ""),
    ]
    assert entities(page)[0].role == "header"


def test_a_value_goes_on_in_the_next_line_and_only_there() -> None:
    page = filled(
        "K1[Address:] V1[12 Mill Lane]     K2[Fax:] V2[555 0101]",
        "             V1[+Little Hampton]",
        "K3[Town:]    V3[Elm]",
    )
    assert shown(page) == [
        ("Address:", "12 Mill Lane Little Hampton"),
        ("Fax:", "555 0101"),
        ("Town:", "Elm"),
    ]
    assert len(pairs(page)[0].values) == 1


def test_a_key_of_two_lines_is_one_key() -> None:
    page = filled("K1[Number of pages]", "K1[+with this cover:]   V1[3]")
    assert shown(page) == [("Number of pages with this cover:", "3")]


def test_a_key_keeps_all_its_values_in_reading_order() -> None:
    page = filled("K1[Shops]   K2[Cases]", "V1[Elm St]  V2[20]", "V1[Oak Rd]  V2[31]")
    assert shown(page) == [("Shops", "Elm St Oak Rd"), ("Cases", "20 31")]
    assert [len(pair.values) for pair in pairs(page)] == [2, 2]


def test_two_values_side_by_side_are_two() -> None:
    page = filled("K1[From:] V1[Ann] V1[Bob]")
    assert [len(pair.values) for pair in pairs(page)] == [2]


def test_where_the_network_is_silent_on_links_places_decide() -> None:
    page = filled(
        "K1[Name:] V1[Ada]        K2[Town:] V2[Elm]",
        "K3[Height]  K4[Weight]",
        "V3[180]     V4[75]",
        is_linked=False,
    )
    assert shown(page) == [("Name:", "Ada"), ("Town:", "Elm"), ("Height", "180"), ("Weight", "75")]


def test_the_network_has_the_last_word_on_links() -> None:
    page = filled("K1[Name:] V2[Ada]   K2[Town:] V1[Elm]")
    assert shown(page) == [("Name:", "Elm"), ("Town:", "Ada")]


def test_a_value_without_a_key_is_in_no_pair() -> None:
    page = filled("K1[Name:] V1[Ada]", "1984", "V[Confidential]")
    assert shown(page) == [("Name:", "Ada")]


def test_probability_falls_with_doubt_about_a_role() -> None:
    page = filled("K1[Name:] V1[Ada]")
    doubtful = page.roles.copy()
    doubtful[1] = (0.3, 0.05, 0.05, 0.6)
    sure, unsure = pairs(page)[0], pairs(_with_roles(page, doubtful))[0]
    assert unsure.probability < sure.probability * 0.8


def test_one_doubtful_word_does_not_cut_a_value() -> None:
    page = filled("K1[Name:] V1[Ada Augusta Lovell]")
    doubtful = page.roles.copy()
    doubtful[2] = (0.5, 0.03, 0.02, 0.45)
    assert shown(_with_roles(page, doubtful)) == [("Name:", "Ada Augusta Lovell")]


def test_an_empty_page_has_none() -> None:
    assert pairs(filled()) == ()


@given(st.lists(st.sampled_from(["K", "V", "H", ""]), min_size=1, max_size=12), st.integers(0, 9))
def test_every_word_with_a_role_is_in_one_entity(signs: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [f"{sign}[ab cd]" if sign else "ab cd" for sign in signs]
    page = filled(*(f"{a}  {b}" for a, b in zip(lines[::2], lines[1::2], strict=False)))
    if not page.reading.words:
        return
    begins = rng.random(len(page.reading.words)).astype(np.float32)
    page = replace(page, begins=begins)
    members = [i for one in entities(page) for i in one.words]
    assert len(members) == len(set(members))
    assert all(one.words == tuple(sorted(one.words)) for one in entities(page))
    paired = [i for pair in pairs(page) for i in (*pair.key.words, *pair.words)]
    assert len(paired) == len(set(paired))
    assert all(0 <= pair.probability <= 1 for pair in pairs(page))


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.5, 4))
def test_places_do_not_mind_where_and_how_large_a_page_is(dx: float, dy: float, by: float) -> None:
    values: list[Box] = [(60, 0, 90, 10), (0, 32, 40, 42)]
    keys: list[Box] = [(0, 0, 50, 10), (0, 20, 45, 30), (200, 20, 240, 30)]

    def moved(box: Box) -> Box:
        x0, y0, x1, y1 = box
        return (x0 * by + dx, y0 * by + dy, x1 * by + dx, y1 * by + dy)

    here = proximity.log_odds(values, keys, [True, False, False])
    there = proximity.log_odds([*map(moved, values)], [*map(moved, keys)], [True, False, False])
    assert here.argmax(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(here, there, atol=0.05)


def _with_roles(page: Tagged, roles: Array) -> Tagged:
    return replace(page, roles=roles)


def test_a_pair_tells_the_words_of_all_its_values() -> None:
    page = filled("K1[To:] V1[Ann]  V1[Bob]")
    [pair] = pairs(page)
    assert pair.words == (1, 2)
