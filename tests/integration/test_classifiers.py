"""Classifiers of documents: CLIP and SigLIP with random weights, the built-in one on a receipt."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import tiny_checkpoints
import torch

from docai import build
from docai.classifiers import PictureClassifier
from docai.document import Document, Page
from docai.errors import VlmError
from docai.kinds import OTHER, SURE
from docai.load import load_path
from docai.ocr.ppocr import PPOcr
from docai.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module", params=tiny_checkpoints.CLASSIFIERS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("classifier") / request.param
    return tiny_checkpoints.build_classifier(request.param, folder)


def document(*pictures: Any) -> Document:
    pages = tuple(Page(number, picture) for number, picture in enumerate(pictures, start=1))
    return Document("slip", "0" * 64, "png", pages)


def noise(height: int, width: int, seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def says(classifier: PictureClassifier, monkeypatch: pytest.MonkeyPatch, *likely: int) -> list[Any]:
    """Have the network prefer one prompt per page; return the inputs that it gets."""
    asked: list[Any] = []

    def run(inputs: Any) -> Any:
        logits = torch.zeros(1, len(classifier._prompts))
        logits[0, likely[len(asked)]] = 20.0
        asked.append(inputs)
        return SimpleNamespace(logits_per_image=logits)

    monkeypatch.setattr(classifier._model, "run", run)
    return asked


def test_random_weights_tell_a_probability(folder: Path) -> None:
    classifier = PictureClassifier(str(folder), ("receipt",), "cpu")

    told = classifier.kind(document(noise(90, 60, 1), noise(40, 70, 2)), (), ())

    assert told.name in ("receipt", OTHER)
    assert 0.5 <= told.confidence <= 1.0  # the likelier of two
    assert told.classifier == classifier.name
    assert classifier.name.startswith(f"hf:{folder.name}@")
    assert told == classifier.kind(document(noise(90, 60, 1), noise(40, 70, 2)), (), ())


def test_kinds_are_prompts_and_everything_else_is_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = PictureClassifier(str(folder), ("receipt", "invoice", "tax_form"), "cpu")
    assert classifier._prompts[:4] == [
        "a photo of a receipt",
        "a photo of an invoice",
        "a photo of a tax form",
        "a photo of a form",
    ]
    assert len(set(classifier._prompts)) == len(classifier._prompts)

    for likely, name in ((0, "receipt"), (1, "invoice"), (2, "tax_form"), (3, OTHER), (9, OTHER)):
        says(classifier, monkeypatch, likely)
        told = classifier.kind(document(noise(50, 50, 1)), (), ())
        assert (told.name, told.confidence) == (name, pytest.approx(1.0, abs=1e-3))


def test_pages_that_differ_leave_it_unsure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    classifier = PictureClassifier(str(folder), ("receipt",), "cpu")
    says(classifier, monkeypatch, 0, 3)

    told = classifier.kind(document(noise(50, 50, 1), noise(50, 50, 2)), (), ())

    assert told.confidence == pytest.approx(0.5, abs=1e-3)
    assert told.confidence < SURE


def test_whole_page_is_seen_in_its_shape(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A black page, four times as high as wide, is a black bar: nothing cut off, nothing wider."""
    classifier = PictureClassifier(str(folder), ("receipt",), "cpu")
    (inputs,) = [says(classifier, monkeypatch, 0)]
    classifier.kind(document(np.zeros((400, 100, 3), np.uint8)), (), ())

    pixels = inputs[0]["pixel_values"][0].mean(0)  # (H, W)
    dark = pixels < (pixels.min() + pixels.max()) / 2
    height, width = pixels.shape
    assert height == width
    assert dark.any(dim=1).all()  # from top to bottom
    assert dark.any(dim=0).float().mean() == pytest.approx(0.25, abs=0.1)


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    owl = tiny_checkpoints.build_detector("owl-vit", tmp_path / "owl")

    with pytest.raises(VlmError, match=r"family 'owlvit'.*clip"):
        PictureClassifier(str(owl), ("receipt",), "cpu")


def test_builtin_classifier_knows_a_receipt() -> None:
    classifier = build.classifier(Settings())
    loaded = load_path(EXAMPLES / "receipt.jpg")
    readings = [PPOcr().read(page) for page in loaded.pages]

    told = classifier.kind(loaded, readings, ())

    assert told.name == "receipt"
    assert told.confidence >= SURE
