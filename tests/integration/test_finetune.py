"""Fine-tuning of tiny checkpoints with random weights: they learn, go on, and are read again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import torch
import typer
from PIL import Image
from safetensors import safe_open
from typer.testing import CliRunner

from docai import build, commands
from docai.errors import SettingsError, VlmError
from docai.extraction.fields import schema_of
from docai.finetune import run as run_module
from docai.finetune.command import finetune as command
from docai.finetune.documents import LABELS, Taught
from docai.finetune.lessons import Lesson, Tally, lessons
from docai.finetune.parts import PROJECTORS, language_layers, projector_of
from docai.finetune.run import Request, finetune
from docai.finetune.stage import Course, Journal, learn
from docai.finetune.teacher import Teacher
from docai.testing import ScriptedOcr, typed_reading
from docai.vlm.huggingface.load import Loaded
from docai.vlm.huggingface.model import HuggingFaceVlm

READING = typed_reading(["ACME TRADING", "Date 2018-12-25", "TOTAL 9.00"])
SCHEMA = schema_of(
    {
        "type": "object",
        "properties": {
            "seller": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "total": {"anyOf": [{"type": "string", "format": "money"}, {"type": "null"}]},
        },
    },
    "slip",
)
VALUES = {"seller": "ACME TRADING", "total": "9.00"}
HAVE_PROJECTORS = tuple(
    family for family in tiny_checkpoints.FAMILIES if family not in ("blip2", "florence2", "donut")
)
Checkpoint = Callable[[str], Path]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    built: dict[str, Path] = {}

    def build_once(family: str) -> Path:
        if family not in built:
            folder = tmp_path_factory.mktemp("checkpoints") / family
            built[family] = tiny_checkpoints.build(family, folder)
        return built[family]

    return build_once


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    height, width = READING.size
    path = tmp_path / "slip.png"
    Image.effect_noise((width, height), 40).convert("RGB").save(path)
    return path


def lesson_of(picture: Path, vlm: HuggingFaceVlm) -> Lesson:
    taught = Taught("1", picture, False, VALUES)
    (lesson,) = lessons([taught], SCHEMA, ScriptedOcr((READING,)), vlm, Tally())
    return lesson


def logged(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "loss.jsonl").read_text("utf8").splitlines()]


@pytest.mark.parametrize("family", HAVE_PROJECTORS)
def test_projector_learns_and_nothing_else(
    family: str, checkpoint: Checkpoint, picture: Path, tmp_path: Path
) -> None:
    vlm = HuggingFaceVlm(str(checkpoint(family)), "cpu", "fp32", 64)
    loaded = vlm.loaded
    before = {name: weight.clone() for name, weight in loaded.model.named_parameters()}
    teacher = Teacher(loaded, [lesson_of(picture, vlm)])
    alike = float(teacher.loss(0)), float(teacher.loss_of_looking(0))
    course = Course("projector", 1, 4, 1, 1e-3, 1, 10)

    run_module._learn_projector(loaded, teacher, course, tmp_path, Journal(tmp_path / "loss.jsonl"))

    losses = [row["loss"] for row in logged(tmp_path)]
    assert alike[0] == pytest.approx(alike[1], rel=1e-4)  # one learns what the other reads with
    assert losses[-1] < losses[0]
    changed = {
        name
        for name, weight in loaded.model.named_parameters()
        if not torch.equal(weight, before[name])
    }
    assert changed
    assert all(set(PROJECTORS) & set(name.split(".")) for name in changed)
    assert not any(weight.requires_grad for weight in loaded.model.parameters())


@pytest.mark.parametrize("family", HAVE_PROJECTORS)
def test_language_model_learns_by_lora_alone(
    family: str, checkpoint: Checkpoint, picture: Path, tmp_path: Path
) -> None:
    vlm = HuggingFaceVlm(str(checkpoint(family)), "cpu", "fp32", 64)
    loaded = vlm.loaded
    before = {name: weight.clone() for name, weight in loaded.model.named_parameters()}
    teacher = Teacher(loaded, [lesson_of(picture, vlm)])
    (tmp_path / "training").mkdir()
    journal = Journal(tmp_path / "loss.jsonl")
    request = Request((), tmp_path, rank=4)
    course = Course("language", 1, 5, 1, 1e-2, 1, 10)

    adapted = run_module._learn_language(loaded, teacher, course, request, journal)
    learned = teacher.mean_loss()
    merged = adapted.merge_and_unload()

    losses = [row["loss"] for row in logged(tmp_path)]
    assert losses[-1] < losses[0]
    assert teacher.mean_loss() == pytest.approx(learned, rel=1e-3)  # merged: the same model
    changed = {
        name for name, weight in merged.named_parameters() if not torch.equal(weight, before[name])
    }
    layers = {f"{layer}.weight" for layer in language_layers(merged)}
    assert changed
    assert changed <= layers
    assert not any("visual" in name or "vision" in name for name in changed)


@pytest.mark.parametrize("family", ["qwen3_vl", "llava_next", "smolvlm", "internvl", "gemma3"])
def test_projector_learns_from_several_pages_at_once(
    family: str, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    height, width = READING.size
    pages = [Image.effect_noise((width, height), spread).convert("RGB") for spread in (20, 60)]
    path = tmp_path / "two.tiff"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    ocr = ScriptedOcr((READING, replace(READING, page=2)))
    vlm = HuggingFaceVlm(str(checkpoint(family)), "cpu", "fp32", 64)
    (lesson,) = lessons([Taught("1", path, False, VALUES)], SCHEMA, ocr, vlm, Tally())

    teacher = Teacher(vlm.loaded, [lesson])

    assert lesson.pages == (1, 2)
    assert float(teacher.loss(0)) == pytest.approx(float(teacher.loss_of_looking(0)), rel=1e-4)


@pytest.mark.parametrize("family", ["qwen3_vl", "gemma3"])
def test_model_in_bf16_learns_in_fp32_what_it_learns(
    family: str,
    checkpoint: Checkpoint,
    picture: Path,
    tmp_path: Path,
) -> None:
    def as_on_a_gpu(loaded: Loaded) -> None:
        run_module._for_learning(replace(loaded, device=torch.device("cuda")))

    vlm = HuggingFaceVlm(str(checkpoint(family)), "cpu", "bf16", 64)
    teacher = Teacher(vlm.loaded, [lesson_of(picture, vlm)])
    (tmp_path / "training").mkdir()
    journal = Journal(tmp_path / "loss.jsonl")
    course = Course("projector", 1, 3, 1, 1e-3, 1, 10)
    second = replace(course, name="language", peak_rate=1e-2)

    run_module._learn_projector(vlm.loaded, teacher, course, tmp_path, journal)
    as_on_a_gpu(vlm.loaded)  # what layers made is made again on the way back
    request = Request((), tmp_path, rank=4)
    adapted = run_module._learn_language(vlm.loaded, teacher, second, request, journal)

    kept = torch.load(tmp_path / "projector.pt", weights_only=True)["weights"]
    assert {weight.dtype for weight in kept.values()} == {torch.float32}
    merged = adapted.merge_and_unload()
    assert {weight.dtype for weight in merged.parameters()} == {torch.bfloat16}
    for stage in ("projector", "language"):
        losses = [row["loss"] for row in logged(tmp_path) if row["stage"] == stage]
        assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("family", "why"),
    [
        ("blip2", "no projector that docai knows"),
        ("florence2", "read with an encoder"),
        ("donut", "read with an encoder"),
    ],
)
def test_families_without_a_projector_are_refused(
    family: str, why: str, checkpoint: Checkpoint
) -> None:
    vlm = HuggingFaceVlm(str(checkpoint(family)), "cpu", "fp32", 64)

    with pytest.raises(VlmError, match=why):
        projector_of(vlm.loaded.model)


def test_loss_counts_the_reply_alone(checkpoint: Checkpoint, picture: Path) -> None:
    vlm = HuggingFaceVlm(str(checkpoint("llava_next")), "cpu", "fp32", 64)
    lesson = lesson_of(picture, vlm)
    teacher = Teacher(vlm.loaded, [lesson])

    inputs, labels = teacher._asked(lesson, lesson.shown())

    counted = labels[labels != -100].tolist()
    assert vlm.loaded.tokenizer.decode(counted[:-1]) == lesson.reply
    assert counted[-1] == vlm.loaded.tokenizer.eos_token_id
    assert inputs["input_ids"][0, -len(counted) :].tolist() == counted
    assert json.loads(lesson.reply) == {"seller": "ACME TRADING", "total": "9.00"}
    assert "ACME TRADING" in lesson.prompt.user


def test_what_was_interrupted_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    def weights() -> dict[str, torch.Tensor]:
        torch.manual_seed(3)
        return {"w": torch.nn.Parameter(torch.randn(6))}

    def taught(folder: Path, stops_at: int | None = None) -> list[float]:
        """Learn, with noise as dropout makes it; or be killed before a step."""
        folder.mkdir(exist_ok=True)
        learning = weights()
        seen: list[int] = []

        def loss(lesson: int) -> torch.Tensor:
            seen.append(lesson)
            if stops_at is not None and len(seen) > 3 * stops_at:
                raise KeyboardInterrupt
            return ((learning["w"] - lesson) ** 2 * torch.rand(6)).sum()

        course = Course("language", 7, 11, 3, 0.1, 5, save_every=2)
        learn(course, learning, loss, folder / "state.pt", Journal(folder / "loss.jsonl"))
        return [row["loss"] for row in logged(folder)]

    whole = taught(tmp_path / "whole")
    for stops_at in (1, 4, 5):
        with pytest.raises(KeyboardInterrupt):
            taught(tmp_path / "cut", stops_at)

    assert taught(tmp_path / "cut") == whole
    assert [row["step"] for row in logged(tmp_path / "cut")] == list(range(11))


def test_every_lesson_comes_before_any_comes_again() -> None:
    course = Course("language", 5, 10, 3, 0.1, 1, 1)
    order = [lesson for step in range(10) for lesson in course.lessons_of(step)]

    for begin in range(0, 30, 5):
        assert sorted(order[begin : begin + 5]) == list(range(5))
    assert order[:5] != order[5:10]


def test_rate_warms_up_and_falls() -> None:
    course = Course("language", 5, 200, 1, 1.0, 1, 1)
    rates = [course.rate_at(step) for step in range(200)]

    assert rates[:6] == sorted(rates[:6])
    assert max(rates) == pytest.approx(1.0)
    assert rates[6:] == sorted(rates[6:], reverse=True)
    assert rates[-1] == pytest.approx(0.1, abs=0.01)


def test_loss_that_is_no_number_stops_with_a_word_of_advice(tmp_path: Path) -> None:
    weight = torch.nn.Parameter(torch.zeros(1))
    course = Course("language", 1, 2, 1, 0.1, 1, 1)

    with pytest.raises(VlmError, match="loss of step 1 is nan"):
        learn(
            course,
            {"w": weight},
            lambda _: (weight * float("nan")).sum(),
            tmp_path / "state.pt",
            Journal(tmp_path / "loss.jsonl"),
        )
    assert not (tmp_path / "state.pt").exists()


@pytest.fixture
def data(tmp_path: Path, picture: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six slips to learn from and one to measure by; OCR is scripted."""
    folder = tmp_path / "slips"
    folder.mkdir()
    rows = []
    for number in range(7):
        Image.open(picture).rotate(180 * (number % 2)).save(folder / f"{number}.png")
        split = "dev" if number == 6 else "train"
        rows.append({"file": f"{number}.png", "split": split, "data": VALUES})
    (folder / LABELS).write_text("\n".join(map(json.dumps, rows)), "utf8")
    monkeypatch.setattr(build, "ocr_engine", lambda _: (ScriptedOcr((READING,)), None))
    monkeypatch.setattr(build, "schema", lambda _: SCHEMA)
    return folder


@pytest.mark.slow
def test_whole_run_goes_on_and_its_result_is_read_again(
    data: Path, checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = checkpoint("qwen3_vl")
    request = Request(
        (data,),
        tmp_path / "whole",
        settings={
            "vlm": f"hf:{place}",
            "vlm_device": "cpu",
            "vlm_dtype": "fp32",
            "max_image_tokens": 64,
        },
        cache=tmp_path / "readings",
        language_epochs=2.0,
        accumulate=2,
        save_every=2,
        rank=4,
    )
    told = finetune(request)
    again = replace(request, output=tmp_path / "cut")
    noted: list[str] = []

    def killed(journal: Journal, course: Course, step: int, loss: float) -> None:
        noted.append(course.name)
        if noted.count("language") == 4:
            raise KeyboardInterrupt
        note(journal, course, step, loss)

    note = Journal.note
    monkeypatch.setattr(Journal, "note", killed)
    with pytest.raises(KeyboardInterrupt):
        finetune(again)
    monkeypatch.setattr(Journal, "note", note)

    assert finetune(again) == told
    training = [logged(output / "training") for output in (request.output, again.output)]
    assert training[0] == training[1]
    assert [row["stage"] for row in training[0]] == ["projector"] * 3 + ["language"] * 6
    assert told["after"]["loss"] < told["before"]["loss"]
    assert told["before"]["documents"] == told["after"]["documents"] == 1
    weights = [dict(_tensors(o / "model.safetensors")) for o in (request.output, again.output)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert (request.output / "adapter" / "adapter_model.safetensors").is_file()
    with safe_open(request.output / "adapter" / "projector.safetensors", "pt") as projector:
        assert any("merger" in name for name in projector.keys())  # noqa: SIM118
    result = HuggingFaceVlm(str(request.output), "cpu", "fp32", 64)
    assert Teacher(result.loaded, [lesson_of(data / "6.png", result)]).mean_loss() == (
        pytest.approx(told["after"]["loss"], abs=1e-3)
    )
    with pytest.raises(SettingsError, match=r"differs in: rank, seed"):
        finetune(replace(request, rank=8, seed=4))


def _tensors(path: Path) -> Any:
    with safe_open(path, "pt") as file:
        yield from ((name, file.get_tensor(name)) for name in file.keys())  # noqa: SIM118


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"vlm": "builtin"}, "only models of hf:"),
        ({"vlm": "openai:gpt"}, "only models of hf:"),
        ({"vlm": "hf:x", "vlm_dtype": "4bit"}, "too coarse"),
        ({"vlm": "hf:x", "vlm_dtype": "fp16"}, "too coarse"),
    ],
)
def test_what_cannot_be_taught_is_refused(
    settings: dict[str, str], why: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match=why):
        finetune(Request((tmp_path,), tmp_path / "out", settings=settings))


def test_a_folder_with_other_things_in_it_is_left_alone(
    data: Path, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    output = tmp_path / "mine"
    output.mkdir()
    (output / "thesis.txt").write_text("years of work")
    settings = {"vlm": f"hf:{checkpoint('qwen3_vl')}"}

    with pytest.raises(SettingsError, match="is not empty"):
        finetune(Request((data,), output, settings=settings, cache=tmp_path / "readings"))
    assert [path.name for path in output.iterdir()] == ["thesis.txt"]


def test_command_tells_what_is_wrong_in_a_line(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(command)
    options = ["--vlm", "hf:x", "--data", str(tmp_path), "--output", str(tmp_path / "out")]

    done = CliRunner().invoke(app, options)

    assert done.exit_code == commands.ALL_FAILED
    assert "DatasetError" in done.stderr
    assert len(done.stderr.splitlines()) == 1
