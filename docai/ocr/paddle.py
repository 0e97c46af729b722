"""The `paddleocr` package itself: for GPUs, and for every model and language it has.

Without a language it runs the same PP-OCRv6 weights as `docai.ocr.ppocr`, offline, on ONNX Runtime;
with one it fetches that language's models, once, from where PaddleOCR keeps them.
"""

import hashlib
import importlib.metadata
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import platformdirs

from docai.document import Page, Picture
from docai.errors import OcrError
from docai.geometry import Polygon, rotate_polygon, unrotate_polygon
from docai.ocr.orientation import HalfTurn, text_angle, turn
from docai.ocr.reading_order import reading_order
from docai.ocr.recognition import Recogniser
from docai.ocr.weights import (
    DETECTION,
    LIBRARIES,
    RECOGNITION,
    TURNED,
    WeightsFile,
    open_session,
)
from docai.provenance import Provenance, hashes, versions
from docai.reading import Line, Reading, Word

LEVEL_DEG = 2.0  # detection copes with this much skew
DETECTION_SIDE_PX = 960  # PaddleOCR's own for PP-OCRv6; its default of 4000 costs minutes

# Without these PaddleOCR fetches further models. A page is turned here, once and as a whole.
_OFF = {
    "use_doc_orientation_classify": False,
    "use_doc_unwarping": False,
    "use_textline_orientation": False,
}
_DECODE = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
_NORMALISE = {
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "scale": "1./255.",
    "order": "hwc",
}

_Line = tuple[Polygon, list[Word]]


class PaddleOcr:
    """Reads pages with `paddleocr`. Meets `docai.ocr.engine.OcrEngine`."""

    def __init__(self, lang: str | None = None, device: str = "cpu") -> None:
        """Load the models.

        Args:
            lang: PaddleOCR's code of a language, such as ``korean`` or ``en``. Its models are
                fetched over the network unless they are there already; they run on PaddlePaddle
                where that is installed, else on ONNX Runtime. None: the weights that docai
                comes with, offline.
            device: ``cpu``, ``gpu``, ``gpu:1`` and so on. For a GPU without a language,
                onnxruntime-gpu must be installed.

        Raises:
            OcrError: the package is not installed, or the models cannot be fetched or loaded.
        """
        create, version = _import()
        self.name = f"paddleocr-{version}/{lang or 'PP-OCRv6-small'}"
        self._lang = lang
        models = _bundled() if lang is None else _fetched(lang)
        try:
            self._paddle = create(**models, **_OFF, device=device, return_word_box=True)
        except Exception as error:  # PaddleX raises nearly anything, bare Exception included
            raise OcrError(_why_not_loaded(lang, device, error)) from error
        self._half_turn = HalfTurn(Recogniser())

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`.

        Models of a language are PaddleOCR's choice, which its version decides; beside them, the
        weights are of what turns the page.
        """
        packages = ("paddleocr", "paddlex", "paddlepaddle", "paddlepaddle-gpu", "onnxruntime-gpu")
        turning = [RECOGNITION.path, TURNED.path]
        return Provenance(
            engine=self.name,
            versions=versions(*packages, "rapidocr", *LIBRARIES),
            weights=hashes(turning if self._lang else [DETECTION.path, *turning]),
            models=(f"paddleocr lang={self._lang}",) if self._lang else (),
        )

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`.

        A page that turns out not to stand upright is turned and read once more.
        """
        found = self._predict(page.picture, page.number)
        angle_deg = self._angle_deg(page.picture, [polygon for polygon, _ in found])
        if angle_deg:
            found = self._predict(turn(page.picture, angle_deg), page.number)
        size = (page.height, page.width)
        words: list[Word] = []
        lines: list[Line] = []
        for n in reading_order([polygon for polygon, _ in found]):
            polygon, line = found[n]
            start = len(words)
            words.extend(
                Word(w.text, unrotate_polygon(w.polygon, angle_deg, *size), w.confidence)
                for w in line
            )
            lines.append(Line(start, len(words), unrotate_polygon(polygon, angle_deg, *size)))
        return Reading(page.number, size, tuple(words), tuple(lines), angle_deg % 360, self.name)

    def _predict(self, picture: Picture, number: int) -> list[_Line]:
        """Return the lines of ``picture`` with their words, in PaddleOCR's order."""
        try:
            found = self._paddle.predict(np.ascontiguousarray(picture[:, :, ::-1]))[0]
        except Exception as error:  # whatever the inference engine raises
            raise OcrError(f"PaddleOCR failed on page {number}: {error}") from error
        return list(_parse(found))

    def _angle_deg(self, picture: Picture, polygons: Sequence[Polygon]) -> float:
        """Return how far ``picture`` must be turned clockwise; 0 if it stands upright."""
        angle_deg = -text_angle(polygons)
        if abs(angle_deg) <= LEVEL_DEG:
            angle_deg = 0.0
        turned = turn(picture, angle_deg)
        height, width = picture.shape[:2]
        level = [_begin_top_left(rotate_polygon(p, angle_deg, height, width)) for p in polygons]
        is_upside_down = self._half_turn.is_upside_down(turned, level)
        return angle_deg + 180.0 if is_upside_down else angle_deg


def _import() -> tuple[Callable[..., Any], str]:
    """Import the package, which takes seconds; return its class and version."""
    # Without this it asks at import which of its model servers can be reached.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    try:
        from paddleocr import PaddleOCR
    except ImportError as error:
        raise OcrError(
            f"the paddleocr package cannot be imported ({error}); "
            "install it: pip install 'docai[paddleocr]'"
        ) from error
    return PaddleOCR, importlib.metadata.version("paddleocr")


def _fetched(lang: str) -> dict[str, Any]:
    """Return arguments that make PaddleOCR use its own models for a language."""
    return {
        "lang": lang,
        "engine": "paddle" if find_spec("paddle") else "onnxruntime",
        "text_det_limit_side_len": DETECTION_SIDE_PX,
        "text_det_limit_type": "max",
    }


def _bundled() -> dict[str, Any]:
    """Return arguments that make PaddleOCR use the weights that docai comes with."""
    detection = {
        "Global": {"model_name": "PP-OCRv6_small_det"},
        "PreProcess": {
            "transform_ops": [
                _DECODE,
                {"DetResizeForTest": {"resize_long": DETECTION_SIDE_PX}},
                {"NormalizeImage": _NORMALISE},
                {"ToCHWImage": None},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "unclip_ratio": 1.5,
        },
    }
    characters = open_session(RECOGNITION.path).get_modelmeta().custom_metadata_map["character"]
    recognition = {
        "Global": {"model_name": "PP-OCRv6_small_rec"},
        "PreProcess": {"transform_ops": [_DECODE, {"RecResizeImg": {"image_shape": [3, 48, 320]}}]},
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters.split("\n")},
    }
    return {
        "engine": "onnxruntime",
        "text_detection_model_name": "PP-OCRv6_small_det",
        "text_detection_model_dir": str(_model_folder(DETECTION, detection)),
        "text_recognition_model_name": "PP-OCRv6_small_rec",
        "text_recognition_model_dir": str(_model_folder(RECOGNITION, recognition)),
    }


def _model_folder(weights: WeightsFile, config: Mapping[str, Any]) -> Path:
    """Lay out one model as PaddleOCR wants it, in the user's cache; return the folder.

    The folder appears whole or not at all, and its name tells what is in it.
    """
    # JSON is YAML, but for the escapes of rare ideographs: they are written as they are.
    inference_yml = json.dumps(config, ensure_ascii=False)
    digest = hashlib.sha256((weights.sha256 + inference_yml).encode()).hexdigest()[:16]
    folder = platformdirs.user_cache_path("docai") / "paddleocr" / digest
    try:
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            _lay_out(folder, weights.path, inference_yml)
    except OSError as error:
        raise OcrError(f"cannot write PaddleOCR's models to {folder}: {error}") from error
    return folder


def _lay_out(folder: Path, onnx: Path, inference_yml: str) -> None:
    """Write both files of a model beside ``folder``, then rename."""
    with TemporaryDirectory(dir=folder.parent) as temporary:
        draft = Path(temporary) / "model"
        draft.mkdir()
        shutil.copyfile(onnx, draft / "inference.onnx")
        (draft / "inference.yml").write_text(inference_yml, encoding="utf-8")
        try:
            draft.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise


def _why_not_loaded(lang: str | None, device: str, error: Exception) -> str:
    """Say for people what went wrong, and what to do about it."""
    if lang is None:
        return f"PaddleOCR cannot load its models for device {device!r}: {error}"
    return (
        f"PaddleOCR cannot load models for language {lang!r} on device {device!r}: {error} "
        "Models are fetched on first use: give it network access once, or leave the language "
        "out for the models that docai comes with (Latin, Greek, Chinese and Japanese script), "
        "or use Tesseract"
    )


def _parse(found: Mapping[str, Any]) -> Iterator[_Line]:
    """Yield each line that holds text."""
    columns = (found[key] for key in ("rec_polys", "rec_scores", "text_word", "text_word_region"))
    for polygon, confidence, tokens, regions in zip(*columns, strict=True):
        words = list(_words(tokens, [_polygon(region) for region in regions], float(confidence)))
        if words:
            yield _polygon(polygon), words


def _words(tokens: Sequence[str], polygons: Sequence[Polygon], confidence: float) -> Iterator[Word]:
    """Join tokens into words: PaddleOCR makes punctuation and spaces tokens of their own."""
    start = 0
    for stop in range(len(tokens) + 1):
        if stop < len(tokens) and not tokens[stop].isspace():
            continue
        if text := "".join(tokens[start:stop]):
            first, last = polygons[start], polygons[stop - 1]
            yield Word(text, (first[0], last[1], last[2], first[3]), confidence)
        start = stop + 1


def _polygon(points: Sequence[Sequence[float]]) -> Polygon:
    """Return four corners as plain numbers."""
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return (a, b, c, d)


def _begin_top_left(polygon: Polygon) -> Polygon:
    """Start a polygon at its top-left corner; the order stays clockwise."""
    n = min(range(4), key=lambda i: sum(polygon[i]))
    a, b, c, d = polygon[n:] + polygon[:n]
    return (a, b, c, d)
