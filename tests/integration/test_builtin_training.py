"""Training on a tiny data set: the loss goes down, checkpoints resume, the result can be used."""

import csv
import functools
import itertools
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from docai.document import Page
from docai.errors import DatasetError, VlmError
from docai.geometry import Box, box_polygon, polygon_box, union
from docai.reading import Line, Reading, Word
from docai.vlm.builtin.inference import BuiltinVlm
from docai.vlm.builtin.synth.layouts import measured_layouts, trained_layouts
from docai.vlm.builtin.synth.receipt import CLEAN, generate
from docai.vlm.builtin.synth.sample import Sample
from docai.vlm.engine import Question

torch = pytest.importorskip("torch", reason="torch is not installed: pip install docai[train]")
pytest.importorskip("onnx", reason="onnx is not installed: pip install docai[train]")

from docai.vlm.builtin import export, train  # noqa: E402
from docai.vlm.builtin.corpus import Labelled, SeenPage, is_held_out, labelled  # noqa: E402
from docai.vlm.builtin.examples import UNKNOWN, VALUE, Example, batch, vary  # noqa: E402
from docai.vlm.builtin.features import PICTURE_SIDE, thumbnail  # noqa: E402
from docai.vlm.builtin.labels import allowed_tags  # noqa: E402
from docai.vlm.builtin.model import ModelConfig  # noqa: E402
from docai.vlm.builtin.start import start_from  # noqa: E402
from docai.vlm.builtin.synthetic import synthetic_example  # noqa: E402
from docai.vlm.builtin.tags import KINDS, TAGS  # noqa: E402
from docai.vlm.builtin.train import Network, fit, loss_of, to_examples  # noqa: E402

SMALL: dict[str, Any] = {"width": 24, "num_layers": 1, "num_heads": 2, "channels": 8}
STILL = ModelConfig(**SMALL, dropout=0.0)  # nothing random in a step
SEEDS = (2, 3, 5)
CLASSES = {
    "merchant_name": "Store_name_value",
    "merchant_address": "Store_addr_value",
    "merchant_phone": "Tel_value",
    "transaction_date": "Date_value",
    "transaction_time": "Time_value",
    "subtotal": "Subtotal_value",
    "total_tax": "Tax_value",
    "tip": "Tips_value",
    "total": "Total_value",
    "item_description": "Prod_item_value",
    "item_quantity": "Prod_quantity_value",
    "item_total_price": "Prod_price_value",
}
"""The class of labelled lines per tag; no class tells the price of one."""


@functools.cache
def sample_of(seed: int) -> Sample:
    return generate(seed, style=CLEAN)


def reading_of(sample: Sample) -> Reading:
    """Return what a perfect OCR engine would read."""
    words = tuple(Word(w.text, w.polygon, 0.99) for w in sample.words)
    lines, start = [], 0
    for _, members in itertools.groupby(sample.line_of_word):
        stop = start + len(list(members))
        box = union(word.box for word in words[start:stop])
        lines.append(Line(start, stop, box_polygon(box)))
        start = stop
    height, width = sample.picture.shape[:2]
    return Reading(1, (height, width), words, tuple(lines), 0.0, "perfect")


def label_of(sample: Sample, number: int) -> dict[str, Any]:
    """Return the row of labels.jsonl of a receipt: a class for the box of every word."""

    def rounded(box: Box) -> list[float]:
        return [round(v, 2) for v in box]

    return {
        "id": f"tiny-{number}",
        "file": f"docs/{number}.png",
        "kind": "receipt",
        "split": "train",
        "fields": {"merchant_name": sample.truth["merchant_name"]},
        "lines": [
            {
                "text": w.text,
                "label": CLASSES.get(w.tag, "Others"),
                "box": rounded(polygon_box(w.polygon)),
            }
            for w in sample.words
        ],
    }


@pytest.fixture
def data_set(tmp_path: Path) -> Path:
    """Return a folder with three generated receipts and their labels."""
    folder = tmp_path / "tiny"
    (folder / "docs").mkdir(parents=True)
    rows = [label_of(sample_of(seed), number) for number, seed in enumerate(SEEDS)]
    for row, seed in zip(rows, SEEDS, strict=True):
        Image.fromarray(sample_of(seed).picture).save(folder / row["file"])
    rows.append({**rows[0], "id": "tiny-dev", "split": "dev"})
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "labels.jsonl").write_text(text, "utf8")
    return folder


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """Have the data set read by a perfect engine, so that no OCR runs."""
    perfect = [reading_of(sample_of(seed)) for seed in SEEDS]
    pages = [(seen_page(seed),) for seed in SEEDS]
    monkeypatch.setattr(train, "read_all", lambda documents, folder, num_processes: iter(pages))
    return perfect


def seen_page(seed: int) -> SeenPage:
    sample = sample_of(seed)
    return SeenPage(reading_of(sample), thumbnail(np.array(sample.picture)))


def fixed_batch() -> list[tuple[Example, tuple[str, ...]]]:
    """Return a batch of short examples of all kinds, one with a picture, not varied."""
    made = [
        synthetic_example(kind, seed, draw=False).take(range(40))
        for kind, seed in (("receipt", 2), ("invoice", 3), ("form", 5))
    ]
    picture = np.random.default_rng(1).integers(0, 256, (PICTURE_SIDE,) * 2).astype(np.uint8)
    made[0] = replace(made[0], picture=picture)
    return [(example, example.seen.texts) for example in made]


def networks(seed: int = 1) -> tuple[Network, Network]:
    torch.manual_seed(seed)
    network, slow = Network.make(STILL), Network.make(STILL)
    train.average(slow, network, 0.0)
    return network, slow


def run(
    network: Network,
    slow: Network,
    examples: list[tuple[Example, tuple[str, ...]]],
    steps: int,
    folder: Path,
) -> None:
    """Train on the same batch again and again."""
    stream = itertools.repeat(examples)
    fit(network, slow, stream, {}, steps, folder, train.PEAK_RATE, sees_already=False)


def weights_of(network: Network) -> dict[str, Any]:
    return {
        f"{part}.{name}": value.clone()
        for part in ("vision", "tagger")
        for name, value in getattr(network, part).state_dict().items()
    }


def check_same(one: Network, other: Network) -> None:
    theirs = weights_of(other)
    for name, value in weights_of(one).items():
        assert torch.equal(value, theirs[name]), name


def test_the_loss_of_a_fixed_batch_goes_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "WARM_UP_STEPS", 1)
    network, slow = networks()
    examples = fixed_batch()
    before = loss_of(network, batch(examples, PICTURE_SIDE)).item()
    run(network, slow, examples, 20, tmp_path)
    after = loss_of(network, batch(examples, PICTURE_SIDE)).item()
    assert after < 0.8 * before


def test_every_weight_learns() -> None:
    network, _ = networks()
    loss_of(network, batch(fixed_batch(), PICTURE_SIDE)).backward()
    for part in (network.vision, network.tagger):
        for name, parameter in part.named_parameters():
            assert parameter.grad is not None, name
            assert torch.isfinite(parameter.grad).all(), name
            assert parameter.grad.any(), name


def test_the_loss_asks_for_nothing_where_nobody_knows() -> None:
    network, _ = networks()
    plain = fixed_batch()
    silent = [
        (
            replace(
                e,
                allowed=np.ones_like(e.allowed),
                starts=np.full_like(e.starts, UNKNOWN),
                roles=np.full_like(e.roles, UNKNOWN),
                kind=UNKNOWN,
                opens=UNKNOWN,
            ),
            texts,
        )
        for e, texts in plain
    ]
    losses = [
        loss_of(network, batch(examples, PICTURE_SIDE)).item() for examples in (silent, plain)
    ]
    assert 0 < losses[0] < train.SMOOTHING * 2 * np.log(len(TAGS))  # smoothing alone
    assert losses[1] > 10 * losses[0]


def test_the_words_of_a_key_are_right_for_every_word_of_its_values() -> None:
    example = synthetic_example("form", 5, draw=False)
    key, value = example.links[0]
    made = batch([(example, example.seen.texts)], PICTURE_SIDE)
    of_key = np.flatnonzero(example.entities == key).tolist()
    for i in np.flatnonzero(example.entities == value):
        assert set(of_key) <= set(made.keys[0, i].nonzero().flatten().tolist())
        assert made.is_value[0, i]
    unlinked = [
        i
        for i in np.flatnonzero(example.roles == VALUE)
        if example.entities[i] not in example.links[:, 1]
    ]
    assert all(
        made.keys[0, i].nonzero().flatten().tolist() == [made.keys.shape[1]] for i in unlinked
    )
    begun = made.begins[0].nonzero().flatten().tolist()
    assert len(begun) == len(set(example.entities.tolist()) - {UNKNOWN})


def test_a_run_that_is_resumed_ends_with_the_same_weights(tmp_path: Path) -> None:
    straight, broken = tmp_path / "straight", tmp_path / "broken"
    straight.mkdir()
    broken.mkdir()
    network, slow = networks()
    run(network, slow, fixed_batch(), 4, straight)
    first, first_slow = networks()
    run(first, first_slow, fixed_batch(), 2, broken)
    second, second_slow = networks(seed=99)  # other weights, to be replaced by the checkpoint's
    run(second, second_slow, fixed_batch(), 4, broken)
    check_same(second, network)
    check_same(second_slow, slow)
    for folder, steps in ((straight, [4]), (broken, [2, 4])):
        state = torch.load(folder / "checkpoint.pt", weights_only=True)
        assert state["step"] == 4
        assert sorted(path.name for path in folder.iterdir()) == ["checkpoint.pt", "curve.csv"]
        with (folder / "curve.csv").open(newline="") as file:
            assert [int(row[0]) for row in csv.reader(file)] == steps


def test_a_finished_run_is_not_trained_further(tmp_path: Path) -> None:
    network, slow = networks()
    run(network, slow, fixed_batch(), 2, tmp_path)
    again, again_slow = networks(seed=99)
    fit(again, again_slow, iter(()), {}, 2, tmp_path, 1.0, sees_already=False)
    check_same(again, network)
    check_same(again_slow, slow)


def test_the_average_follows_slowly() -> None:
    network, slow = networks()
    with torch.no_grad():
        network.tagger.starts.bias.fill_(1.0)
        slow.tagger.starts.bias.fill_(0.0)
    train.average(slow, network, 0.75)
    assert slow.tagger.starts.bias.item() == pytest.approx(0.25)
    train.average(slow, network, 0.0)
    check_same(slow, network)


def test_the_learning_rate_warms_up_and_cools_down() -> None:
    rates = [train.rate_at(step, 1000) for step in range(1000)]
    peak = rates.index(max(rates))
    assert peak in (train.WARM_UP_STEPS - 1, train.WARM_UP_STEPS)
    assert max(rates) == pytest.approx(1.0)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] == pytest.approx(1 / 20, rel=0.01)


def test_labels_of_a_folder(data_set: Path) -> None:
    documents = labelled([data_set], "train")
    assert [d.id for d in documents] == ["tiny-0", "tiny-1", "tiny-2"]
    assert all(d.path.is_file() for d in documents)
    assert [d.id for d in labelled([data_set, data_set], "dev")] == ["tiny-dev"] * 2


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no labels\.jsonl"):
        labelled([tmp_path], "train")


def test_a_labelled_receipt_allows_the_tags_it_was_printed_with(data_set: Path) -> None:
    document = labelled([data_set], "train")[0]
    sample = sample_of(SEEDS[0])
    allowed = allowed_tags(document.label, reading_of(sample))
    for word, row in zip(sample.words, allowed, strict=True):
        if word.tag in CLASSES:
            assert [TAGS[i] for i in row.nonzero()[0]] == [word.tag], word.text


def test_a_document_becomes_an_example_with_its_picture(data_set: Path) -> None:
    document, page = labelled([data_set], "train")[0], seen_page(SEEDS[0])
    (example,) = to_examples(document, [page])
    assert example.picture is not None
    assert example.picture.shape == (PICTURE_SIDE, PICTURE_SIDE)
    assert (example.starts == UNKNOWN).all()
    assert (example.roles == UNKNOWN).all()
    assert (example.kind, example.opens) == (KINDS.index("receipt"), 1)
    assert example.seen.texts == tuple(word.text for word in page.reading.words)
    blank = replace(page, reading=replace(page.reading, words=(), lines=()))
    assert to_examples(document, [blank]) == []


def test_layouts_are_either_trained_on_or_measured_on() -> None:
    layouts = tuple("abcdefghij")
    assert trained_layouts(layouts) + measured_layouts(layouts) == layouts
    assert len(measured_layouts(layouts)) == 2 or len(measured_layouts(layouts)) == 3


def test_a_merchant_is_on_one_side_of_the_split() -> None:
    names = [f"{a}{b} TRADING HOUSE" for a in "ABCDEFGHIJKLMNOPQRST" for b in "AEIOU"]
    spellings = ("{}", "{} SDN BHD", "{} (12345-X)")
    shares = []
    for name in names:
        printed = [s.format(n) for s in spellings for n in (name, name.lower(), name.title())]
        labels = [{"fields": {"merchant_name": text}} for text in printed]
        sides = {is_held_out(Labelled(str(n), Path("x"), row)) for n, row in enumerate(labels)}
        assert len(sides) == 1, name
        shares.append(sides.pop())
    assert 0.02 < np.mean(shares) < 0.3


def test_a_document_without_merchant_is_split_by_its_own_name() -> None:
    documents = [
        Labelled(f"id-{a}{b}", Path("x"), {"fields": {}}) for a in "abcdefgh" for b in "aeiou"
    ]
    assert {is_held_out(document) for document in documents} == {True, False}


@pytest.mark.parametrize("seed", range(12))
def test_variations_keep_words_and_their_labels_together(seed: int) -> None:
    plain = synthetic_example("receipt", 7, draw=False)
    varied, spelt = vary(plain, random.Random(seed))
    kept = len(varied.seen.texts)
    assert 0 < kept <= len(plain.seen.texts)
    assert len(spelt) == len(varied.seen.boxes) == len(varied.allowed) == len(varied.starts) == kept
    pairs = {
        (text, row.tobytes()) for text, row in zip(plain.seen.texts, plain.allowed, strict=True)
    }
    for text, row in zip(varied.seen.texts, varied.allowed, strict=True):
        assert (text, row.tobytes()) in pairs
    assert all(spelt)


def test_training_from_the_command_line_gives_a_model_that_answers(
    data_set: Path, readings: list[Reading], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "WORDS_A_STEP", 300)
    monkeypatch.setattr(train, "POOL", 6)
    monkeypatch.setattr(train, "NUM_DRAWN", 4)
    monkeypatch.setattr(train, "ModelConfig", functools.partial(ModelConfig, **SMALL))
    monkeypatch.setattr(train, "is_held_out", lambda document: document.id == "tiny-2")
    output = tmp_path / "weights"
    train.main([data_set], output, tmp_path / "cache", "try", None, 4, 1e-3, 1)
    vlm = BuiltinVlm(output)
    about = {k: vlm.about[k] for k in ("data", "real_pages", "held_out_pages", "steps")}
    assert about == {
        "data": "tiny",
        "real_pages": {"receipt": 2},
        "held_out_pages": {"receipt": 1},
        "steps": 4,
    }
    assert 0 <= vlm.about["held_out_word_f1"]["receipt"] <= 1
    tokens = vlm.encode(Page(1, np.array(sample_of(SEEDS[0]).picture)))
    question = Question({"properties": {"total": {}}}, (readings[0],), (tokens,))
    assert {answer.path for answer in vlm.answer(question).answers} <= {"total"}


def test_training_goes_on_from_exported_weights(tmp_path: Path) -> None:
    network, _ = networks()
    with torch.no_grad():
        network.vision.stem[1].running_mean.normal_(std=0.1)  # as training leaves it
    export.write(network.vision, network.tagger, {}, tmp_path)
    deeper = Network.make(replace(STILL, num_layers=2))
    start_from(tmp_path, deeper.vision, deeper.tagger)
    network.vision.eval(), deeper.vision.eval()
    examples = batch(fixed_batch(), PICTURE_SIDE)
    with torch.inference_mode():
        before, after = network.run(examples), deeper.run(examples)
    for name in before._fields:
        assert torch.allclose(getattr(before, name), getattr(after, name), atol=2e-3), name


def test_weights_of_another_width_are_refused(tmp_path: Path) -> None:
    network, _ = networks()
    export.write(network.vision, network.tagger, {}, tmp_path)
    wider = Network.make(replace(STILL, width=48))
    with pytest.raises(VlmError, match="of another network"):
        start_from(tmp_path, wider.vision, wider.tagger)
