"""What ``docai finetune`` does: read, measure, teach in two stages, save, measure again.

Everything lies in one folder: the finished checkpoint, which ``--vlm hf:FOLDER`` takes, the adapter
alone in ``adapter/``, and in ``training/`` what a run needs to go on and what it wrote down.
"""

import gc
import json
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers.utils import logging

from docai import build
from docai.errors import SettingsError
from docai.evaluate import Setup, extract_one
from docai.extraction.fields import Schema
from docai.finetune.documents import Taught, documents, limited
from docai.finetune.lessons import Lesson, Tally, lessons
from docai.finetune.parts import language_layers, projector_of
from docai.finetune.stage import Course, Journal, learn, num_steps
from docai.finetune.teacher import Teacher
from docai.ocr.cached import CachedOcr
from docai.ocr.engine import OcrEngine
from docai.pipeline import Pipeline
from docai.report import report_on
from docai.settings import Settings, read_settings
from docai.vlm.builtin.corpus import Labelled
from docai.vlm.huggingface.load import Loaded
from docai.vlm.huggingface.model import HuggingFaceVlm

PROJECTOR, LANGUAGE = "projector", "language"
TRAINING, ADAPTER = "training", "adapter"
RUN, LOSSES, REPORT = "run.json", "loss.jsonl", "report.json"
_BESIDE_WEIGHTS = ("*.json", "*.jinja", "*.txt", "*.model")  # tokenizer, processor, chat template
_OF_WEIGHTS = ("config.json", "generation_config.json", "*.index.json")


@dataclass(frozen=True)
class Request:
    """What to teach to which model, and how.

    Attributes:
        data: folders of data sets, see `docai.finetune.documents`.
        output: folder for everything that comes of it.
        schema: name of what to teach to find.
        settings: what was said on the command line; it outweighs the environment.
        cache: folder for readings.
        projector_epochs: rounds through all lessons in the first stage.
        language_epochs: the same in the second.
        accumulate: lessons per step.
        projector_rate: highest learning rate of the first stage, as LLaVA's.
        language_rate: the same of the second, as is usual with LoRA.
        rank: of the LoRA adapters.
        seed: of order, dropout and fresh weights.
        save_every: steps between checkpoints.
        most_measured: held-out documents to measure by.
    """

    data: tuple[Path, ...]
    output: Path
    schema: str = "receipt"
    settings: Mapping[str, str | int] = field(default_factory=dict)
    cache: Path = Path(".cache/readings")
    projector_epochs: float = 1.0
    language_epochs: float = 3.0
    accumulate: int = 8
    projector_rate: float = 1e-3
    language_rate: float = 2e-4
    rank: int = 16
    seed: int = 1
    save_every: int = 25
    most_measured: int = 50


def finetune(request: Request) -> dict[str, Any]:
    """Teach a model; goes on where an earlier run of the same request stopped.

    Returns:
        What was measured before and after, as it is written to ``training/report.json``.

    Raises:
        DocaiError: the request makes no sense, or the model cannot be taught.
    """
    settings = read_settings().with_options(request.settings)
    place = _place(settings)
    schema = build.schema(request.schema)
    every = documents(request.data, schema)
    taught = [one for one in every if not one.is_held_out]
    held_out = limited([one for one in every if one.is_held_out], request.most_measured)
    ocr = CachedOcr(build.ocr_engine(settings)[0], request.cache)
    training = request.output / TRAINING
    _check_same_run(request, settings, every, training)
    report = _Report(training / REPORT)
    vlm = _vlm(place, settings)
    projector_of(vlm.loaded.model)  # refuses what cannot be taught, before hours of measuring
    if "before" not in report.told:
        report.add("before", _measured(held_out, schema, ocr, vlm))
    ready, later = Tally(), Tally()
    learned = list(lessons(taught, schema, ocr, vlm, ready))
    watched = list(lessons(held_out, schema, ocr, vlm, later))
    _say(f"to learn from: {ready}")
    _say(f"to measure by: {later}")
    if not learned:
        raise SettingsError("there is nothing to learn from: every document was left out")
    _teach(vlm.loaded, learned, watched, request, report)
    _save(vlm.loaded, request.output)
    del vlm
    _free_memory()
    report.add("after", _measured(held_out, schema, ocr, _vlm(str(request.output), settings)))
    return report.told


def _place(settings: Settings) -> str:
    """Return which checkpoint to teach.

    Raises:
        SettingsError: it is none that can be taught, or in numbers too coarse to learn in.
    """
    kind, _, place = settings.vlm.partition(":")
    if kind != "hf" or not place:
        raise SettingsError(
            f"--vlm {settings.vlm}: only models of hf: can be taught, such as "
            "hf:Qwen/Qwen3-VL-4B-Instruct"
        )
    if settings.vlm_dtype in ("4bit", "fp16"):
        raise SettingsError(
            f"--vlm-dtype {settings.vlm_dtype} is too coarse to learn in: choose bf16 or fp32"
        )
    return place


def _vlm(place: str, settings: Settings) -> HuggingFaceVlm:
    """Return a model as it is asked when it reads."""
    return HuggingFaceVlm(place, settings.vlm_device, settings.vlm_dtype, settings.max_image_tokens)


def _check_same_run(
    request: Request, settings: Settings, every: Sequence[Taught], training: Path
) -> None:
    """Write down what is asked for, and refuse to go on with something else.

    Raises:
        SettingsError: the folder holds another run.
    """
    asked = {
        **{k: v for k, v in asdict(request).items() if k not in ("output", "cache", "settings")},
        "data": [str(folder.resolve()) for folder in request.data],
        "vlm": settings.vlm,
        "vlm_dtype": settings.vlm_dtype,
        "max_image_tokens": settings.max_image_tokens,
        "documents": sha256(repr([(one.id, one.values) for one in every]).encode()).hexdigest(),
    }
    path = training / RUN
    if path.is_file():
        other = json.loads(path.read_text("utf8"))
        changed = sorted(name for name in asked if asked[name] != other.get(name))
        if changed:
            raise SettingsError(
                f"{training.parent} holds a run that differs in: {', '.join(changed)}; name "
                "another --output, or remove that folder"
            )
        return
    if training.parent.exists() and any(training.parent.iterdir()):
        raise SettingsError(f"--output {training.parent} is not empty; name a new folder")
    training.mkdir(parents=True)
    path.write_text(json.dumps(asked, indent=1), "utf8")


class _Report:
    """What was measured, kept on disk as it comes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.told: dict[str, Any] = json.loads(path.read_text("utf8")) if path.is_file() else {}

    def add(self, name: str, told: Mapping[str, Any]) -> None:
        """Write something down, beside what else there is under that name."""
        self.told[name] = {**self.told.get(name, {}), **told}
        self._path.write_text(json.dumps(self.told, indent=1), "utf8")
        figures = ", ".join(f"{key} {value}" for key, value in told.items() if key != "scores")
        _say(f"{name}: {figures}")


def _measured(
    held_out: Sequence[Taught], schema: Schema, ocr: OcrEngine, vlm: HuggingFaceVlm
) -> dict[str, Any]:
    """Let a model read held-out documents, and return how well it did."""
    pipeline = Pipeline(ocr, vlm)
    setup = Setup(lambda: pipeline, schema)
    measured = [Labelled(one.id, one.path, one.label) for one in held_out]
    outcomes = {one.id: extract_one(one, setup, pipeline) for one in measured}
    report = report_on("held out", measured, outcomes)
    return {
        "fields_f1": round(report.scores.micro.f1, 4),
        "items_f1": round(report.scores.items.f1, 4),
        "documents": len(measured),
        "failed": len(report.failed),
        "scores": report.to_json()["scores"],
    }


def _teach(
    loaded: Loaded,
    learned: Sequence[Lesson],
    watched: Sequence[Lesson],
    request: Request,
    report: _Report,
) -> None:
    """Go through both stages; what an earlier run did of them is taken over."""
    teacher, watcher = Teacher(loaded, learned), Teacher(loaded, watched)
    training = request.output / TRAINING
    journal = Journal(training / LOSSES)
    if watched and "loss" not in report.told["before"]:
        report.add("before", {"loss": round(watcher.mean_loss(), 4)})
    course = Course(
        PROJECTOR,
        len(learned),
        num_steps(len(learned), request.projector_epochs, request.accumulate),
        request.accumulate,
        request.projector_rate,
        request.seed,
        request.save_every,
    )
    _learn_projector(loaded, teacher, course, training, journal)
    second = replace(
        course,
        name=LANGUAGE,
        num_steps=num_steps(len(learned), request.language_epochs, request.accumulate),
        peak_rate=request.language_rate,
    )
    adapted = _learn_language(loaded, teacher, second, request, journal)
    if watched:
        report.add("after", {"loss": round(watcher.mean_loss(), 4)})
    adapted.save_pretrained(str(request.output / ADAPTER))
    adapted.merge_and_unload()


def _learn_projector(
    loaded: Loaded, teacher: Teacher, course: Course, training: Path, journal: Journal
) -> None:
    """The first stage: the projector alone. It is learned in fp32, whatever the model has."""
    parts = projector_of(loaded.model)
    checkpoint = training / f"{PROJECTOR}.pt"
    for part in parts.values():
        part.float().requires_grad_(True)
    weights = {
        f"{name}.{key}": weight
        for name, part in parts.items()
        for key, weight in part.named_parameters()
    }
    if course.num_steps:
        _for_learning(loaded)
        learn(course, weights, teacher.loss_of_looking, checkpoint, journal)
    for part in parts.values():
        part.to(loaded.numbers).requires_grad_(False)
    loaded.model.eval()


def _learn_language(
    loaded: Loaded, teacher: Teacher, course: Course, request: Request, journal: Journal
) -> PeftModel:
    """The second stage: LoRA adapters of the language model."""
    torch.manual_seed(course.seed)
    adapters = LoraConfig(
        r=request.rank,
        lora_alpha=2 * request.rank,
        lora_dropout=0.05,
        target_modules=language_layers(loaded.model),
    )
    with _old_names():
        adapted = get_peft_model(loaded.model, adapters)
    weights = {n: w for n, w in adapted.named_parameters() if w.requires_grad}
    if course.num_steps:
        _for_learning(loaded)
        checkpoint = request.output / TRAINING / f"{LANGUAGE}.pt"
        learn(course, weights, teacher.loss, checkpoint, journal)
    loaded.model.eval()
    return adapted


def _for_learning(loaded: Loaded) -> None:
    """Prepare a model to learn: on a GPU what a layer made is made again, which saves memory."""
    loaded.model.train()
    if loaded.device.type == "cuda":
        with _old_names():
            loaded.model.gradient_checkpointing_enable({"use_reentrant": False})


@contextmanager
def _old_names() -> Iterator[None]:
    """Keep silent that transformers 5.23 has new names for what 5.18, and peft 0.21, call so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _save(loaded: Loaded, output: Path) -> None:
    """Write the finished checkpoint, and beside it what its processor is made of."""
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    loaded.model.save_pretrained(output)
    parts = projector_of(loaded.model)
    weights = {
        f"{name}.{key}": weight.contiguous()
        for name, part in parts.items()
        for key, weight in part.state_dict().items()
    }
    save_file(weights, output / ADAPTER / "projector.safetensors")
    for pattern in _BESIDE_WEIGHTS:
        for path in loaded.checkpoint.folder.glob(pattern):
            if not any(path.match(other) for other in _OF_WEIGHTS):
                shutil.copyfile(path, output / path.name)


def _free_memory() -> None:
    """Give back what a model held that is no longer needed."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _say(line: str) -> None:
    """Tell people how it goes, on standard error."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
