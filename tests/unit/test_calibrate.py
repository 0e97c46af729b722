import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from docai import build, calibrate
from docai.calibrate import (
    BOUNDS,
    INVENTED_ODDS,
    PLAIN,
    Example,
    calibrated,
    collect,
    cross_validated,
    fit,
    judge,
    less_sure,
    main,
)
from docai.evaluate import documents_of
from docai.extraction import confidence
from docai.extraction.confidence import (
    CALIBRATION,
    CALIBRATION_JSON,
    NAMES,
    Signals,
    read_calibration,
)
from docai.metrics import Judged, ece
from docai.pipeline import Pipeline
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm, typed_reading
from docai.vlm.builtin.corpus import HELD_OUT_SHARE, Labelled, is_held_out
from docai.vlm.engine import Answer, Span

pytest.importorskip("scipy", reason="fitting needs scipy, of extra train")

SIGNALS = Signals("total", 0.9, 0.0, 0.95, 0, 1)


def made(num: int, seed: int, group: str = "total", claim: float = 2.0) -> list[Example]:
    """Values of a model that is too sure of itself: its log-odds are ``claim`` times the truth."""
    rng = random.Random(seed)
    examples = []
    for number in range(num):
        odds = rng.uniform(-2, 3)
        signals = replace(
            SIGNALS, group=group, probability=expit(claim * odds), sums=rng.choice([-1, 0, 1])
        )
        is_right = rng.random() < expit(odds)
        examples.append(Example(f"{seed}-{number // 3}", signals, signals.probability, is_right))
    return examples


def expit(odds: float) -> float:
    return float(1 / (1 + 2.718281828459045**-odds))


def judged(examples: list[Example]) -> list[Judged]:
    return [Judged(e.confidence, e.is_right) for e in examples]


def test_fitting_undoes_overconfidence_on_values_not_fitted_on() -> None:
    examples = made(1500, seed=1)
    before, after = ece(judged(examples)), ece(cross_validated(examples))
    assert before > 0.08
    assert after < 0.04


def test_weights_keep_their_signs_even_where_the_examples_say_otherwise() -> None:
    examples = [
        Example(str(n), replace(SIGNALS, probability=p, rival=1 - p, sums=s), 0.5, is_right)
        for n in range(30)
        for p, s, is_right in [(0.9, 1, False), (0.2, -1, True)]
    ]
    fitted = fit(examples)
    for weights in (fitted.others, fitted.groups["total"]):
        for name, weight in zip(NAMES, weights.weights, strict=True):
            low, high = BOUNDS[name]
            assert low is None or weight >= low
            assert high is None or weight <= high


def test_a_field_with_few_examples_stays_close_to_the_shared_regression() -> None:
    many = made(900, seed=2)
    few = [Example("x", replace(SIGNALS, group="tip"), 0.9, False) for _ in range(2)]
    lots = [replace(e, document=f"y{n}") for n, e in enumerate(few * 100)]
    gentle, firm = fit(many + few), fit(many + lots)
    tip = few[0].signals
    shared = calibrated(replace(tip, group="never seen"), gentle)
    assert abs(calibrated(tip, gentle) - shared) < 0.15
    assert calibrated(tip, firm) < 0.2


def test_without_examples_the_model_is_believed() -> None:
    fitted = fit([])
    assert fitted.others == PLAIN
    assert calibrated(SIGNALS, fitted) == pytest.approx(0.9)


def test_what_is_written_gives_the_library_the_same_confidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = fit(made(200, seed=3))
    path = tmp_path / "calibration.json"
    path.write_bytes(CALIBRATION_JSON.dump_json(fitted))
    monkeypatch.setattr(confidence, "CALIBRATION", path)
    confidence._calibration.cache_clear()
    try:
        for signals in (SIGNALS, replace(SIGNALS, group="other", sums=-1, rival=0.4)):
            assert confidence.confidence(signals) == pytest.approx(calibrated(signals, fitted))
    finally:
        confidence._calibration.cache_clear()


def test_folds_part_no_document() -> None:
    same = [Example("one", SIGNALS, 0.5, True)] * 40
    assert [v.confidence for v in cross_validated(same)] == pytest.approx([0.9] * 40)


def test_values_are_right_by_field_and_by_cell() -> None:
    label = {
        "fields": {"total": "9.00"},
        "items_bag": {"total_price": ["4.00", "5.00"], "quantity": []},
    }
    data = {
        "total": {"amount": "9.00"},
        "tip": {"amount": "1.00"},
        "subtotal": {"amount": "8.00"},
        "items": [
            {"description": "Tea", "total_price": {"amount": "4.00"}, "quantity": "1"},
            {"total_price": {"amount": "4.00"}},
        ],
    }
    right = judge(label, data, ["total", "tip", "merchant_name"])
    assert {path: ok for path, ok in right.items() if not path.endswith(".amount")} == {
        "total": True,
        "tip": False,
        "items[0].total_price": True,
        "items[1].total_price": False,
        "items[0].quantity": False,
    }


def test_unit_prices_are_judged_under_the_schemas_name() -> None:
    label = {"items": [{"unit_price": "4.00"}]}
    assert judge(label, {"items": [{"price": {"amount": "4"}}]}, [])["items[0].price"]


def test_values_are_collected_with_their_signals(tmp_path: Path) -> None:
    reading = typed_reading(["Corner Shop", "Total 9.00"])
    Image.new("RGB", (reading.size[1], reading.size[0])).save(tmp_path / "a.png")
    fields = {"total": "9", "merchant_name": "Other"}
    row = {"id": "a", "file": "a.png", "split": "train", "kind": "receipt", "fields": fields}
    (tmp_path / "labels.jsonl").write_text(json.dumps(row))
    name = Answer("merchant_name", 0.7, Span(1, (0, 1)))
    vlm = ScriptedVlm((Answer("total", 0.8, Span(1, (3,))), name))
    pipeline = Pipeline(ScriptedOcr((reading,)), vlm)
    found = {e.signals.group: e for e in collect(documents_of(tmp_path, "train"), pipeline)}
    assert found.keys() == {"total", "merchant_name"}
    assert (found["total"].is_right, found["merchant_name"].is_right) == (True, False)
    assert found["merchant_name"].signals.probability == 0.7
    assert found["merchant_name"].signals.num_words == 2
    assert (found["total"].signals.type, found["merchant_name"].signals.type) == ("money", "text")


def test_pairs_of_forms_are_judged_as_wholes() -> None:
    label = {"pairs": [{"key": "Name:", "value": "Ann"}, {"key": "Age", "value": "7"}]}
    found = [{"key": "Age", "value": "8"}, {"key": "Name", "value": "Ann"}]
    right = judge(label, {"pairs": found}, [])
    assert right == {
        "pairs[0].key": False,
        "pairs[0].value": False,
        "pairs[1].key": True,
        "pairs[1].value": True,
    }


def test_another_models_calibration_does_not_take_the_place_of_the_one_that_ships() -> None:
    shipped = CALIBRATION.read_bytes()
    with pytest.raises(SystemExit, match="is the built-in model's; give --output for hf:folder"):
        main([Path("data")], vlm="hf:folder", forms=0)
    assert CALIBRATION.read_bytes() == shipped


def test_a_calibration_may_be_fitted_for_another_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Settings] = []

    def pipeline(settings: Settings) -> Pipeline:
        built.append(settings)
        return Pipeline(ScriptedOcr(()), ScriptedVlm())

    monkeypatch.setattr(build, "pipeline", pipeline)
    monkeypatch.setattr(
        calibrate, "_held_out_examples", lambda *_: made(90, seed=4, group="builtin+vlm:total")
    )
    monkeypatch.setenv("DOCAI_VLM_URL", "http://127.0.0.1:8001/v1")
    main([tmp_path], tmp_path / "own.json", tmp_path / "cache", "openai:any", 0)
    assert (built[0].vlm, built[0].vlm_url) == ("openai:any", "http://127.0.0.1:8001/v1")
    assert list(read_calibration(tmp_path / "own.json").groups) == ["builtin+vlm:total"]
    main([tmp_path], tmp_path / "shipped.json", tmp_path / "cache", forms=0)
    assert built[1] == Settings()


def test_a_share_of_merchants_is_held_out_whole() -> None:
    def document(name: str, number: int) -> Labelled:
        return Labelled(f"{name}{number}", Path(), {"fields": {"merchant_name": name}})

    names = [f"{a}{b} SHOP" for a in "ABCDEFGHIJKLMNOPQRST" for b in "ABCDEFGHIJKLMNOPQRST"]
    held_out = [name for name in names if is_held_out(document(name, 1))]
    assert abs(len(held_out) / len(names) - HELD_OUT_SHARE) < 0.06
    assert all(is_held_out(document(name.lower(), 2)) for name in held_out)


def test_what_was_fitted_on_invented_forms_alone_is_less_sure() -> None:
    fitted = fit([*made(40, seed=1, group="total"), *made(40, seed=2, group="pairs.value")])
    humbled = less_sure(fitted, {"pairs.value"})
    assert humbled.groups["total"] == fitted.groups["total"]
    before, after = (c.groups["pairs.value"] for c in (fitted, humbled))
    assert after.intercept == pytest.approx(before.intercept - INVENTED_ODDS, abs=1e-3)
    assert after.weights == before.weights
