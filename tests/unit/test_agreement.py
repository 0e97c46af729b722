"""Two witnesses, held against each other: agreement, disagreement, silence; rows of both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.document import Document
from docai.extraction.confidence import NAMES, Calibration, Weights
from docai.extraction.fields import schema_of
from docai.extraction.reconcile import Reconciled, reconcile
from docai.extraction.result import Extraction, Money, State
from docai.extraction.trust import CAPS, DOUBT, FITTED_FOR, HIGHEST, LEAST_PROBABILITY
from docai.reading import Reading
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.engine import Answer, Origin, Question, Reply, Span
from docai.vlm.witnesses import TwoWitnesses
from schemas.receipt import Receipt

RECEIPT = schema_of(Receipt, "receipt")
PAGE = typed_reading(
    ["KEDAI RUNCIT", "SHOP SDN", "TEA 2 1.50 3.00", "RUSK 4.00", "SUBTOTAL 7.00", "TOTAL 7.00"]
)
CAP = CAPS[Origin.COPIED]


@dataclass(frozen=True)
class Silent(ScriptedVlm):
    """A model that is cut off before it says anything."""

    def answer(self, question: Question) -> Reply:
        return Reply((), stop="length")


def conclude(
    vlm: Sequence[Answer],
    builtin: Sequence[Answer],
    page: Reading = PAGE,
    calibration: Calibration | None = None,
    writer: type[ScriptedVlm] = ScriptedVlm,
) -> Reconciled:
    both = TwoWitnesses(writer(tuple(vlm)), ScriptedVlm(tuple(builtin), f"{FITTED_FOR}1"))
    document = Document("a.png", "ab" * 32, "png", (blank_page(page),))
    tokens = (both.encode(blank_page(page)),)
    return reconcile(document, RECEIPT, both, (page,), tokens, calibration)


def extracted(vlm: Sequence[Answer], builtin: Sequence[Answer], page: Reading = PAGE) -> Extraction:
    return conclude(vlm, builtin, page).extraction


def says(path: str, *words: int, probability: float = 0.95) -> Answer:
    return Answer(path, probability, Span(1, words))


def alone(*answers: Answer) -> Extraction:
    """Return what becomes of the same answers where the built-in model is asked alone."""
    vlm = ScriptedVlm(answers, f"{FITTED_FOR}1")
    document = Document("a.png", "ab" * 32, "png", (blank_page(PAGE),))
    tokens = (vlm.encode(blank_page(PAGE)),)
    return reconcile(document, RECEIPT, vlm, (PAGE,), tokens).extraction


def test_agreement_is_one_value_of_three_witnesses_and_surer() -> None:
    name = says("merchant_name", 0, 1)
    value = extracted([name], [name]).fields["merchant_name"]
    assert (value.state, value.typed) == (State.FOUND, "KEDAI RUNCIT")
    assert value.witnesses == ("ocr", "vlm", "builtin")
    assert value.alternatives == ()
    builtin = alone(name).fields["merchant_name"].confidence
    assert max(builtin, CAP) < value.confidence <= HIGHEST


def test_the_same_value_in_two_places_agrees_and_the_one_who_points_is_believed() -> None:
    subtotal, total = 11, 13
    value = extracted([says("total", subtotal)], [says("total", total)]).fields["total"]
    assert value.witnesses == ("ocr", "vlm", "builtin")
    assert value.evidence[0].words == (total,)


def test_the_same_words_agree_whatever_the_signs_around_them() -> None:
    page = typed_reading(["TOTAL RM 7.00", "SHOP -"])
    value = extracted([says("total", 1, 2)], [says("total", 2)], page).fields["total"]
    assert (value.text, value.witnesses) == ("RM 7.00", ("ocr", "vlm", "builtin"))
    name = extracted([says("merchant_name", 3, 4)], [says("merchant_name", 3)], page).fields
    assert (name["merchant_name"].typed, name["merchant_name"].state) == ("SHOP -", State.FOUND)


def test_a_clear_disagreement_is_resolved() -> None:
    sure, unsure = says("merchant_name", 0, 1), says("merchant_name", 2, 3, probability=0.4)
    value = extracted([sure], [unsure]).fields["merchant_name"]
    assert (value.state, value.typed, value.alternatives) == (State.FOUND, "KEDAI RUNCIT", ())
    assert value.witnesses == ("ocr", "vlm")
    assert CAP * 0.5 < value.confidence < CAP
    turned = extracted([says("merchant_name", 2, 3, probability=0.1)], [sure])
    assert turned.fields["merchant_name"].witnesses == ("ocr", "builtin")


def test_an_unclear_disagreement_is_a_conflict_of_both() -> None:
    result = extracted([says("merchant_name", 0, 1)], [says("merchant_name", 2, 3)])
    value = result.fields["merchant_name"]
    (other,) = value.alternatives
    assert value.state is State.CONFLICT
    assert {value.typed: value.witnesses, other.typed: other.witnesses} == {
        "KEDAI RUNCIT": ("ocr", "vlm"),
        "SHOP SDN": ("ocr", "builtin"),
    }
    assert 0 < value.confidence + other.confidence <= 1  # both cannot be right
    shown = json.loads(json.dumps(result.to_json()))
    assert Extraction.from_json(shown).to_json() == shown


def test_two_totals_are_a_conflict_unless_a_sum_decides() -> None:
    page = typed_reading(["SUBTOTAL 8.00", "TAX 1.00", "TOTAL 9.00", "CASH 20.00"])
    totals = [says("total", 5)], [says("total", 7)]
    assert extracted(*totals, page).fields["total"].state is State.CONFLICT
    parts = [says("subtotal", 1), says("total_tax", 3)]
    total = extracted([*totals[0], *parts], [*totals[1], *parts], page).fields["total"]
    assert (total.state, total.typed) == (State.FOUND, Money(Decimal("9.00")))


def test_silence_of_the_other_leaves_doubt() -> None:
    name = says("merchant_name", 0, 1)
    lone = extracted([name], []).fields["merchant_name"]
    assert lone.witnesses == ("ocr", "vlm")
    assert lone.confidence == pytest.approx(CAP * DOUBT)
    other = extracted([], [name]).fields["merchant_name"]
    assert other.witnesses == ("ocr", "builtin")
    assert other.confidence == pytest.approx(alone(name).fields["merchant_name"].confidence * DOUBT)


def test_who_was_cut_off_is_not_silent() -> None:
    name = says("merchant_name", 0, 1)
    value = conclude([], [name], writer=Silent).extraction.fields["merchant_name"]
    assert value.confidence == pytest.approx(alone(name).fields["merchant_name"].confidence)


def test_what_the_builtin_model_hardly_believes_is_no_value_and_no_doubt() -> None:
    faint = says("merchant_name", 2, 3, probability=LEAST_PROBABILITY / 2)
    assert extracted([], [faint]).fields["merchant_name"].state is State.ABSENT
    for said in ((0, 1), (2, 3)):
        value = extracted([says("merchant_name", *said)], [faint]).fields["merchant_name"]
        assert (value.state, value.witnesses) == (State.FOUND, ("ocr", "vlm"))
        assert value.evidence[0].words == said
        assert value.confidence == pytest.approx(CAP * DOUBT)


TEA = [says("items[0].description", 4), says("items[0].quantity", 5), says("items[0].price", 6)]
TEA += [says("items[0].total_price", 7)]
RUSK = [says("items[1].description", 8), says("items[1].total_price", 9)]


def test_rows_of_both_are_one_and_cells_say_who_saw_them() -> None:
    theirs = [says("items[5].description", 4), says("items[5].total_price", 7)]
    theirs += [says("items[7].description", 8), says("items[7].total_price", 9)]
    result = extracted([*TEA, *RUSK], theirs)
    assert [row["description"] for row in result.data["items"]] == ["TEA", "RUSK"]
    witnesses = {p: v.witnesses for p, v in result.fields.items() if "[" in p}
    assert witnesses["items[0].description"] == ("ocr", "vlm", "builtin")
    assert witnesses["items[0].quantity"] == ("ocr", "vlm")
    assert witnesses["items[1].total_price"] == ("ocr", "vlm", "builtin")
    assert len(witnesses) == len(TEA) + len(RUSK)


def test_rows_beside_each_other_are_one_though_they_share_no_word() -> None:
    result = extracted(TEA[:1], [says("items[0].total_price", 7), says("items[0].price", 6)])
    assert len(result.data["items"]) == 1
    assert set(result.data["items"][0]) == {"description", "price", "total_price"}


def test_cells_that_differ_are_a_conflict() -> None:
    theirs = [TEA[0], says("items[0].total_price", 6)]
    cell = extracted([TEA[0], TEA[3]], theirs).fields["items[0].total_price"]
    assert cell.state is State.CONFLICT
    assert {cell.text, *(a.text for a in cell.alternatives)} == {"3.00", "1.50"}


def test_rows_of_one_alone() -> None:
    lone = extracted(TEA, RUSK)  # the built-in model is sure of the rusk, which follows nothing
    assert [row["description"] for row in lone.data["items"]] == ["RUSK", "TEA"]
    both = extracted(TEA, [*TEA, *RUSK])
    assert [row["description"] for row in both.data["items"]] == ["TEA", "RUSK"]
    assert both.fields["items[1].description"].witnesses == ("ocr", "builtin")
    unsure = [says(a.path, *a.span.words, probability=0.5) for a in RUSK if a.span]
    assert len(extracted(TEA, [*TEA, *unsure]).data["items"]) == 1
    assert len(extracted([*TEA, *RUSK], TEA).data["items"]) == 2
    faint = [says(a.path, *a.span.words, probability=0.05) for a in RUSK if a.span]
    assert len(extracted([*TEA, *faint], TEA).data["items"]) == 1
    assert len(extracted(faint, []).data["items"]) == 1


def test_a_correction_is_not_surer_for_words_that_the_other_only_points_at() -> None:
    leaf = {"type": "string", "x-docai-mode": "correct"}
    schema = schema_of({"type": "object", "properties": {"merchant_name": leaf}}, "mine")
    put_right = Answer("merchant_name", 1.0, Span(1, (0,)), "KEDAY", Origin.CORRECTED)
    both = TwoWitnesses(
        ScriptedVlm((put_right,)), ScriptedVlm((says("merchant_name", 0),), f"{FITTED_FOR}1")
    )
    document = Document("a.png", "ab" * 32, "png", (blank_page(PAGE),))
    tokens = (both.encode(blank_page(PAGE)),)
    done = reconcile(document, schema, both, (PAGE,), tokens)
    value = done.extraction.fields["merchant_name"]
    assert (value.typed, value.origin, value.text) == ("KEDAY", Origin.CORRECTED, "KEDAI")
    assert value.confidence <= max(CAPS[Origin.CORRECTED], 0.76)


def test_signals_tell_who_said_so_and_a_calibration_of_ones_own_is_used() -> None:
    name, total = says("merchant_name", 0, 1), says("total", 13)
    done = conclude([name, total], [name])
    assert done.signals["merchant_name"].group == "builtin+vlm:merchant_name"
    assert done.signals["total"].group == "vlm:total"
    weights = (0.0,) * len(NAMES)
    fitted = Calibration({"vlm:total": Weights(-2.0, weights)}, {}, Weights(2.0, weights))
    fields = conclude([name, total], [name], calibration=fitted).extraction.fields
    assert fields["total"].confidence == pytest.approx(0.1192, abs=1e-4)
    assert fields["merchant_name"].confidence == pytest.approx(0.8808, abs=1e-4)


probabilities = st.floats(0.0, 1.0)
spans = st.sampled_from([(0,), (0, 1), (2, 3), (4,), (7,), (9,), (13,), (6, 7)])
paths = st.sampled_from(
    ["merchant_name", "total", "subtotal", "tip"]
    + [f"items[{n}].{c}" for n in (0, 1, 3) for c in RECEIPT.rows["items"]]
)
answers = st.lists(
    st.builds(
        lambda path, words, p: says(path, *words, probability=p), paths, spans, probabilities
    ),
    max_size=7,
)


@given(answers, answers)
def test_agreement_never_lowers_and_everything_stays_within_bounds(
    vlm: list[Answer], builtin: list[Answer]
) -> None:
    result = extracted(vlm, builtin)
    for value in result.fields.values():
        for one in (value, *value.alternatives):
            assert 0 <= one.confidence < 1
            assert (one.typed is not None) == bool(one.confidence)
            assert one.state is State.ABSENT or set(one.witnesses) & {"vlm", "builtin"}
        assert bool(value.alternatives) == (value.state is State.CONFLICT)
        if value is result.fields["merchant_name"]:  # in which no sum has a say
            assert all(value.confidence >= other.confidence for other in value.alternatives)
        assert value.typed not in [a.typed for a in value.alternatives]
    numbers = {int(p[len("items[") :].split("]")[0]) for p in result.fields if "[" in p}
    assert numbers == set(range(len(numbers)))
    shown = json.loads(json.dumps(result.to_json()))
    assert Extraction.from_json(shown).to_json() == shown


@given(probabilities, st.floats(0.3, 1.0))
def test_two_that_agree_are_surer_than_either(p: float, q: float) -> None:
    name = "merchant_name"
    vlm, builtin = says(name, 0, 1, probability=p), says(name, 0, 1, probability=q)
    agreed = extracted([vlm], [builtin]).fields[name].confidence
    assert agreed >= min(HIGHEST, alone(builtin).fields[name].confidence) - 1e-9
    assert agreed >= extracted([vlm], []).fields[name].confidence


@given(probabilities, st.floats(0.3, 1.0))
def test_two_that_disagree_are_less_sure_than_alone(p: float, q: float) -> None:
    name = "merchant_name"
    vlm, builtin = says(name, 0, 1, probability=p), says(name, 2, 3, probability=q)
    value = extracted([vlm], [builtin]).fields[name]
    lone = min(p, CAP) if "vlm" in value.witnesses else alone(builtin).fields[name].confidence
    assert value.confidence <= max(lone, 1e-4)
