"""The only place where names become engines and schemas.

Every import of an engine stands where it is needed, so that nobody pays for engines not asked for.
"""

import importlib
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docai.errors import SchemaError, SettingsError

if TYPE_CHECKING:  # imported for real where it is needed: `docai --help` should be quick
    from docai.extraction.confidence import Calibration
    from docai.extraction.fields import Schema
    from docai.kinds import Classifier, Kinds
    from docai.ocr.engine import OcrEngine
    from docai.ocr.second_look import SecondLook
    from docai.pipeline import Pipeline
    from docai.regions import Detector
    from docai.settings import Settings
    from docai.vlm.engine import Vlm

_HANGUL = frozenset({"ko", "kor", "korean"})  # the bundled weights hold no Hangul
_AUTO = "auto"
_BUILTIN = "builtin"


def pipeline(settings: "Settings") -> "Pipeline":
    """Build the engines that ``settings`` name.

    Raises:
        SettingsError: there is no such engine, or it cannot read that language.
        OcrError: the OCR engine is not installed.
        VlmError: the model is not installed.
    """
    from docai.classifiers import opener
    from docai.pipeline import Pipeline

    ocr, second_look = ocr_engine(settings)
    vlm = vlm_engine(settings)
    if settings.cache is not None:
        ocr, vlm = _cached(ocr, vlm, Path(settings.cache))
    chosen = kinds(settings)
    return Pipeline(ocr, vlm, second_look, calibration(settings), chosen, opener(chosen.classifier))


def _cached(ocr: "OcrEngine", vlm: "Vlm", folder: Path) -> "tuple[OcrEngine, Vlm]":
    """Have what was read and seen of a page kept in a folder.

    Raises:
        SettingsError: it cannot be used.
    """
    from docai.ocr.cached import CachedOcr
    from docai.vlm.cached import CachedVlm

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what documents say
        return CachedOcr(ocr, folder), CachedVlm(vlm, folder)
    except OSError as error:
        raise SettingsError(f"--cache {folder}: {error.strerror or error}") from error


def ocr_engine(settings: "Settings") -> "tuple[OcrEngine, SecondLook | None]":
    """Build what reads pages, and what reads lines again, where the engine offers that.

    Raises:
        SettingsError: there is no such engine, or it cannot read that language.
        OcrError: the engine is not installed.
    """
    from docai.ocr.ppocr import PPOcr
    from docai.ocr.textlayer import WithTextLayer
    from docai.ocr.with_quality import WithQuality

    engine = _engine(settings.ocr, settings.lang, settings.device)
    second_look = engine.second_look() if isinstance(engine, PPOcr) else None
    return WithQuality(WithTextLayer(engine)), second_look


def _engine(name: str, lang: str | None, device: str) -> "OcrEngine":
    """Build the OCR engine ``name``.

    Args:
        name: ``ppocr``, ``paddleocr``, ``tesseract``, or ``auto`` for the default engine,
            or for the one that can read ``lang``.
        lang: what the documents are written in, such as ``kor``.
        device: what PaddleOCR runs on; the other engines run on a CPU.

    Raises:
        SettingsError: there is no such engine, or it cannot read that language.
        OcrError: the engine is not installed.
    """
    if name == _AUTO:
        name = "tesseract" if (lang or "").lower() in _HANGUL else "ppocr"
    if name not in _OCR:
        raise SettingsError(f"there is no OCR engine {name!r}; choose from {', '.join(_OCR)}")
    if device != "cpu" and name != "paddleocr":
        raise SettingsError(f"{name} runs on a CPU; device {device!r} is for --ocr paddleocr")
    return _OCR[name](lang, device)


def vlm_engine(settings: "Settings") -> "Vlm":
    """Build the model that ``settings.vlm`` names; a generating one with the built-in beside it.

    ``builtin``; ``builtin:FOLDER`` for weights that you trained yourself; ``hf:FOLDER``, ``hf:ID``
    or ``hf:ID@REVISION`` for a checkpoint; ``openai:MODEL`` for a model on a server.

    Raises:
        SettingsError: there is no such model, or it cannot be had as the settings say.
        VlmError: the model is not installed.
    """
    kind, _, rest = settings.vlm.partition(":")
    if kind not in _VLM or (kind != _BUILTIN and not rest):
        raise SettingsError(
            f"there is no model {settings.vlm!r}; choose builtin, hf:FOLDER, hf:ID, "
            "hf:ID@REVISION or openai:MODEL"
        )
    return _VLM[kind](rest, settings)


def detector(settings: "Settings") -> "Detector":
    """Build the model that finds regions by name.

    Raises:
        SettingsError: there is no such model.
        VlmError: it is not here, or is no detector.
    """
    kind, _, place = settings.detector.partition(":")
    if kind != "hf" or not place:
        raise SettingsError(
            f"there is no detector {settings.detector!r}; choose hf:FOLDER, hf:ID or hf:ID@REVISION"
        )
    from docai.regions import Detector

    return Detector(place, settings.vlm_device)


def calibration(settings: "Settings") -> "Calibration | None":
    """Read the calibration that was fitted for another model than the built-in one, if any.

    Raises:
        SettingsError: the file is none.
    """
    from docai.extraction.confidence import read_calibration

    return None if settings.calibration is None else read_calibration(Path(settings.calibration))


def kinds(settings: "Settings") -> "Kinds":
    """Build what chooses among the schemas that come with docai by a document's kind.

    Raises:
        SettingsError: there is no such classifier.
        VlmError: it is not here, or cannot classify.
    """
    from docai.kinds import Kinds

    return Kinds(classifier(settings), tuple(map(builtin_schema, builtin_schemas())))


def classifier(settings: "Settings") -> "Classifier":
    """Build what tells kinds of documents: the schemas that come with docai are the kinds.

    Raises:
        SettingsError: there is no such model.
        VlmError: it is not here, or cannot classify.
    """
    from docai.classifiers import BuiltinClassifier, PictureClassifier
    from docai.vlm.builtin.inference import BuiltinVlm

    kind, _, place = settings.classifier.partition(":")
    if kind == _BUILTIN and not place:
        return BuiltinClassifier(BuiltinVlm())
    if kind == "hf" and place:
        return PictureClassifier(place, builtin_schemas(), settings.vlm_device)
    raise SettingsError(
        f"there is no classifier {settings.classifier!r}; choose builtin, hf:FOLDER, hf:ID or "
        "hf:ID@REVISION"
    )


def provenance(pipeline: "Pipeline") -> dict[str, Any]:
    """Return what exactly reads and answers, as plain JSON; cheap from the second time on.

    Returns:
        ``{"docai": version, "ocr": …, "vlm": …}``, see `docai.provenance.Provenance.to_json`.
    """
    from docai.provenance import provenance_of, versions

    return {
        **versions("docai"),
        "ocr": provenance_of(pipeline.ocr).to_json(),
        "vlm": provenance_of(pipeline.vlm).to_json(),
    }


def schema(name: str) -> "Schema":
    """Find a schema.

    Args:
        name: ``receipt``, ``invoice`` or ``form``; ``auto`` for that of the document's kind; or
            ``package.module:Class`` for a pydantic model, looked for in the current folder too;
            or the path of a JSON Schema file that ends in ``.json``. It must come from whoever
            runs docai: modules are imported. For strangers there is `builtin_schema`.

    Raises:
        SchemaError: there is no such schema, or it cannot be used.
    """
    from docai.extraction.fields import schema_of

    if name in (*_SCHEMAS, _AUTO):
        return builtin_schema(name)
    if name.lower().endswith(".json"):
        return schema_of(_json_schema(Path(name)), Path(name).stem)
    if ":" in name or "." in name:
        model = _model(name)
        return schema_of(model, re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower())
    raise SchemaError(
        f"there is no schema {name!r}; choose from {', '.join(_SCHEMAS)}, auto, or give "
        "package.module:Class or a JSON Schema file that ends in .json"
    )


def builtin_schemas() -> tuple[str, ...]:
    """Return the names of the schemas that come with docai."""
    return tuple(_SCHEMAS)


@cache
def builtin_schema(name: str) -> "Schema":
    """Find a schema that comes with docai, and no other: strangers may choose the name.

    ``auto`` is that of whatever kind a document is.

    Raises:
        SchemaError: there is no such schema.
    """
    from docai.extraction.fields import schema_of

    if name == _AUTO:
        from docai.kinds import ANY_KIND

        return ANY_KIND
    if name not in _SCHEMAS:
        raise SchemaError(f"there is no schema {name!r}; choose from {', '.join(_SCHEMAS)}")
    return schema_of(_SCHEMAS[name](), name)


def _ppocr(lang: str | None, device: str) -> "OcrEngine":
    """Build the default engine."""
    from docai.ocr.ppocr import PPOcr

    if (lang or "").lower() in _HANGUL:
        raise SettingsError(
            f"ppocr cannot read {lang!r}: its weights hold no Hangul; "
            "use --ocr tesseract, or leave --ocr out"
        )
    return PPOcr()


def _paddleocr(lang: str | None, device: str) -> "OcrEngine":
    """Build PaddleOCR itself."""
    from docai.ocr.paddle import PaddleOcr

    return PaddleOcr(lang, device)


def _tesseract(lang: str | None, device: str) -> "OcrEngine":
    """Build Tesseract, which names languages by three letters."""
    from docai.ocr.tesseract import Tesseract

    code = (lang or "eng").lower()
    # Alone, kor reads Latin letters and figures as noise.
    return Tesseract("kor+eng" if code in _HANGUL else code)


def _builtin(folder: str, _: "Settings") -> "Vlm":
    """Build the model that ships with docai, or one like it from ``folder``."""
    from docai.vlm.builtin.inference import WEIGHTS, BuiltinVlm

    return BuiltinVlm(Path(folder) if folder else WEIGHTS)


def _huggingface(place: str, settings: "Settings") -> "Vlm":
    """Build a model from a folder or from the hub's cache."""
    from docai.vlm.huggingface.model import HuggingFaceVlm
    from docai.vlm.witnesses import TwoWitnesses

    vlm = HuggingFaceVlm(place, settings.vlm_device, settings.vlm_dtype, settings.max_image_tokens)
    return TwoWitnesses(vlm, _builtin("", settings))


def _openai(model: str, settings: "Settings") -> "Vlm":
    """Build the client of a model on a server."""
    from docai.vlm.openai import OpenAiVlm, Server
    from docai.vlm.witnesses import TwoWitnesses

    if settings.vlm_url is None:
        raise SettingsError(
            f"openai:{model} needs to know its server: set DOCAI_VLM_URL or give --vlm-url, "
            "such as http://127.0.0.1:8001/v1"
        )
    server = Server(
        settings.vlm_url,
        settings.vlm_key.get_secret_value(),
        settings.vlm_timeout_s,
        settings.vlm_concurrency,
    )
    return TwoWitnesses(OpenAiVlm(model, server, settings.max_image_tokens), _builtin("", settings))


def _receipt() -> type[Any]:
    """Import the receipt schema."""
    from schemas.receipt import Receipt

    return Receipt


def _invoice() -> type[Any]:
    """Import the invoice schema."""
    from schemas.invoice import Invoice

    return Invoice


def _form() -> type[Any]:
    """Import the form schema."""
    from schemas.form import Form

    return Form


_OCR: dict[str, Callable[[str | None, str], "OcrEngine"]] = {
    "ppocr": _ppocr,
    "paddleocr": _paddleocr,
    "tesseract": _tesseract,
}
_VLM: dict[str, Callable[[str, "Settings"], "Vlm"]] = {
    _BUILTIN: _builtin,
    "hf": _huggingface,
    "openai": _openai,
}
_SCHEMAS: dict[str, Callable[[], type[Any]]] = {
    "receipt": _receipt,
    "invoice": _invoice,
    "form": _form,
}


def _json_schema(path: Path) -> dict[str, Any]:
    """Read a JSON Schema file.

    Raises:
        SchemaError: there is no such file, or it holds no JSON object.
    """
    from docai.extraction import json_schema

    try:
        text = path.read_bytes()
    except OSError as error:
        raise SchemaError(f"schema {path} cannot be read: {error.strerror or error}") from error
    return json_schema.parse(text, str(path))


def _model(name: str) -> type[Any]:
    """Import a pydantic model by ``package.module:Class`` or ``package.module.Class``.

    Raises:
        SchemaError: there is no such module or class, or it is no pydantic model.
    """
    from pydantic import BaseModel

    module_name, _, class_name = name.replace(":", ".").rpartition(".")
    module = _import(module_name, name)
    if not hasattr(module, class_name):
        raise SchemaError(f"schema {name}: module {module_name} has no class {class_name}")
    model = getattr(module, class_name)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise SchemaError(f"schema {name}: {class_name} is no pydantic model (pydantic.BaseModel)")
    return model


def _import(module_name: str, name: str) -> Any:
    """Import a module from the installed packages or the current folder.

    Raises:
        SchemaError: there is no such module, or it cannot be imported.
    """
    here = str(Path.cwd())
    sys.path.append(here)  # last: a file of the user's must not hide a library's
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise SchemaError(
            f"schema {name}: there is no module {error.name or module_name}"
        ) from error
    except Exception as error:  # whatever the module itself raises
        raise SchemaError(
            f"schema {name}: importing {module_name} failed: {type(error).__name__}: {error}"
        ) from error
    finally:
        sys.path.remove(here)
