"""Regions by name: labels, boxes in page pixels, and real detectors with random weights."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tiny_checkpoints
import torch
import typer
from PIL import Image
from typer.testing import CliRunner

from docai import commands, look_commands
from docai.document import Page
from docai.errors import SettingsError, VlmError
from docai.regions import MAX_LABELS, Detector, Region, checked, crop

LABELS = ("signature", "company stamp", "logo")

app = typer.Typer()
app.command()(look_commands.find)
app.command()(look_commands.describe)


@pytest.fixture(scope="module", params=tiny_checkpoints.DETECTORS)
def detector(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Detector:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("detector") / request.param
    return Detector(str(tiny_checkpoints.build_detector(request.param, folder)), "cpu")


@pytest.fixture(scope="module")
def owl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_checkpoints.build_detector("owl-vit", tmp_path_factory.mktemp("owl") / "owl")


@pytest.fixture(scope="module")
def page() -> Page:
    """A tall page, twice as high as wide."""
    picture = np.random.default_rng(5).integers(0, 256, (128, 64, 3), np.uint8)
    return Page(3, picture)


def says(
    detector: Detector, monkeypatch: pytest.MonkeyPatch, boxes: list[Any], logits: list[Any]
) -> list[Any]:
    """Have a detector's network say what we like; return the inputs that it gets."""
    asked: list[Any] = []

    def run(inputs: Any) -> Any:
        asked.append(inputs)
        return SimpleNamespace(
            logits=torch.tensor([logits], dtype=torch.float32),
            pred_boxes=torch.tensor([boxes], dtype=torch.float32),
        )

    monkeypatch.setattr(detector._model, "run", run)
    return asked


def test_regions_lie_on_the_page(detector: Detector, page: Page) -> None:
    found = detector.find(page, LABELS, threshold=0.0)

    assert {region.label for region in found} <= set(LABELS)
    assert found, "random weights see something everywhere"
    for region in found:
        x0, y0, x1, y1 = region.box
        assert 0 <= x0 < x1 <= page.width
        assert 0 <= y0 < y1 <= page.height
        assert 0 <= region.confidence <= 1
        assert region.page == 3
        assert crop(page, region).size
    for label in LABELS:  # the surest first
        sure = [region.confidence for region in found if region.label == label]
        assert sure == sorted(sure, reverse=True)


def test_a_threshold_leaves_out_what_is_less_sure(detector: Detector, page: Page) -> None:
    every = detector.find(page, LABELS, threshold=0.0)
    least = sorted(region.confidence for region in every)[len(every) // 2]

    some = detector.find(page, LABELS, threshold=least)

    assert some
    assert set(some) <= set(every)
    assert all(region.confidence >= least for region in some)
    assert detector.find(page, LABELS, threshold=1.0) == ()


def test_a_label_is_found_the_same_whatever_else_is_asked(owl: Path, page: Page) -> None:
    detector = Detector(str(owl), "cpu")
    alone = detector.find(page, LABELS[:1], threshold=0.0)
    among = detector.find(page, LABELS, threshold=0.0)

    assert [r.box for r in alone] == [r.box for r in among if r.label == LABELS[0]]


def test_page_is_not_stretched_and_boxes_come_back_to_it(
    detector: Detector, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    width = 3 if detector._model.family == "owlvit" else 256
    sure, boxes = [9.0] * width, [[0.25, 0.25, 0.125, 0.5]]
    asked = says(detector, monkeypatch, boxes, [sure])

    found = detector.find(page, LABELS[:1])

    pixels = asked[0]["pixel_values"].shape[-2:]
    if detector._model.family == "owlvit":  # made square with white paper on the right
        assert pixels[0] == pixels[1]
        assert found[0].box == pytest.approx((24, 0, 40, 64))  # shares of 128 by 128
    else:  # keeps its shape
        assert pixels[0] == 2 * pixels[1]
        assert found[0].box == pytest.approx((12, 0, 20, 64))  # shares of 128 by 64


def test_what_reaches_beyond_the_page_is_cut_and_nothing_is_left_of_paper_beside_it(
    owl: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = Detector(str(owl), "cpu")
    beside, across = [0.75, 0.5, 0.2, 0.2], [0.5, 0.5, 0.2, 0.2]
    says(detector, monkeypatch, [beside, across], [[9.0], [9.0]])

    (found,) = detector.find(page, ["logo"])

    assert found.box == pytest.approx((51.2, 51.2, 64, 76.8))


def test_of_boxes_that_show_the_same_thing_the_surest_is_kept(
    owl: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = Detector(str(owl), "cpu")
    here, nearly, there = [0.2, 0.2, 0.2, 0.2], [0.21, 0.2, 0.2, 0.2], [0.2, 0.8, 0.2, 0.2]
    logits = [[1.0, -9.0], [2.0, 1.0], [0.5, -9.0]]  # two labels
    says(detector, monkeypatch, [here, nearly, there], logits)

    found = detector.find(page, ["stamp", "logo"])

    sure = torch.tensor([2.0, 0.5, 1.0]).sigmoid().tolist()
    assert [(r.label, r.confidence) for r in found] == [
        ("stamp", pytest.approx(sure[0])),
        ("stamp", pytest.approx(sure[1])),
        ("logo", pytest.approx(sure[2])),  # the same thing may be two
    ]


def test_words_of_a_sentence_count_for_their_own_label(
    tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tiny_checkpoints.build_detector("grounding-dino", tmp_path / "dino")
    detector = Detector(str(folder), "cpu")
    inputs, tokens_of = detector._as_sentence(page.picture, LABELS)
    ids = inputs["input_ids"][0]
    words = [detector._model.processor.tokenizer.decode(ids[tokens]) for tokens in tokens_of]
    assert [word.strip() for word in words] == list(LABELS)

    logits = torch.full((1, 256), -9.0)
    logits[0, tokens_of[1][-1]] = 3.0
    says(detector, monkeypatch, [[0.5, 0.5, 0.2, 0.2]], logits.tolist())

    assert [region.label for region in detector.find(page, LABELS)] == ["company stamp"]


def test_labels_too_long_for_the_model_are_refused(detector: Detector, page: Page) -> None:
    long = ["a very long label of many odd words: qzx jkw vbn plm"] * 1
    many = [f"label {number} {'xyz ' * 20}" for number in range(40)]

    with pytest.raises(SettingsError, match="say it shorter"):
        detector.find(page, long if detector._model.family == "owlvit" else many)


def test_labels_are_evened_out_and_doubles_dropped() -> None:
    assert checked([" company\n stamp ", "logo", "company stamp"]) == ("company stamp", "logo")


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ([], "say what to find"),
        (["logo", "  "], "say what to find"),
        ([str(i) for i in range(MAX_LABELS + 1)], "at most 50"),
        (["x" * 101], "at most 100"),
        (["stamp\x1b[2J"], "control character"),
    ],
)
def test_labels_that_make_no_sense_are_refused(labels: list[str], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        checked(labels)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    folder = tiny_checkpoints.build_classifier("clip", tmp_path / "clip")

    with pytest.raises(VlmError, match=r"family 'clip'.*owlvit"):
        Detector(str(folder), "cpu")


def test_crop_holds_every_pixel_of_its_box(page: Page) -> None:
    cut = crop(page, Region("logo", 3, (1.2, 2.0, 3.5, 4.1), 0.5))

    assert np.array_equal(cut, page.picture[2:5, 1:4])


@pytest.fixture
def document(tmp_path: Path, page: Page) -> Path:
    path = tmp_path / "letter.tiff"
    first = Image.fromarray(page.picture[:64])  # a square: no regions are lost beside it
    first.save(path, save_all=True, append_images=[first.rotate(180)])
    return path


def find(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["find", *map(str, arguments)])


def test_command_gives_boxes_crops_and_a_drawing(
    owl: Path, document: Path, tmp_path: Path, page: Page
) -> None:
    crops, overlay = tmp_path / "crops", tmp_path / "out.png"
    hostile = "../../logo"

    done = find(
        *(document, "signature", hostile, "--detector", f"hf:{owl}", "--threshold", "0.0"),
        *("--crops", crops, "--overlay", overlay, "--vlm-device", "cpu"),
    )

    assert done.exit_code == commands.FINE, done.output
    told = json.loads(done.stdout)
    assert told["labels"] == ["signature", hostile]
    assert {region["page"] for region in told["regions"]} == {1, 2}
    assert told["engines"]["detector"].startswith("hf:owl@")
    names = [f"{number:04d}.png" for number in range(1, len(told["regions"]) + 1)]
    assert [region["crop"] for region in told["regions"]] == names
    assert sorted(path.name for path in crops.iterdir()) == names
    x0, y0, x1, y1 = told["regions"][0]["box"]
    with Image.open(crops / names[0]) as cut:
        assert cut.width == pytest.approx(x1 - x0, abs=2)
        assert cut.height == pytest.approx(y1 - y0, abs=2)
    assert {path.name for path in tmp_path.glob("out*.png")} == {"out-1.png", "out-2.png"}


def test_command_tells_people_what_was_not_seen(owl: Path, document: Path) -> None:
    done = find(
        *(document, "signature", "logo", "--detector", f"hf:{owl}"),
        *("--threshold", "1.0", "--format", "text", "--vlm-device", "cpu"),
    )

    assert done.exit_code == commands.FINE, done.output
    assert done.stdout == "not seen: signature, logo\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--detector", "owl"), "there is no detector 'owl'"),
        (("--detector", "hf:{tmp}/nothing/here"), "no model of the hub has such a name"),
        (("--overlay", "{tmp}/out.jpg"), "ends in .png"),
        (("--crops", "{tmp}/letter.tiff"), "this is no folder"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_line(
    document: Path, tmp_path: Path, arguments: tuple[str, str], why: str
) -> None:
    done = find(document, "logo", *(text.format(tmp=tmp_path) for text in arguments))

    assert done.exit_code in (commands.WRONG_USAGE, commands.ALL_FAILED)
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_drawing_never_replaces_the_document(tmp_path: Path, page: Page) -> None:
    path = tmp_path / "page.png"
    Image.fromarray(page.picture).save(path)
    before = path.read_bytes()

    done = find(path, "logo", "--overlay", path)

    assert done.exit_code == commands.WRONG_USAGE
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "code",
    [
        "from docai import build; build.detector(Settings(detector='hf:any'))",
        "from docai import build; build.classifier(Settings(classifier='hf:any'))",
    ],
)
def test_missing_libraries_are_named(code: str) -> None:
    """As on a machine where docai was installed without the extra for models of hf:."""
    script = (
        "import sys; sys.modules['torch'] = None\n"
        "from docai.settings import Settings; from docai.errors import VlmError\n"
        f"try:\n    {code}\nexcept VlmError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert "torch" in done.stdout, done.stderr
    assert "docai[local]" in done.stdout
