"""`docai ask` and `docai describe`: what they print, and what they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from docai import build, commands, look_commands
from docai.pipeline import Pipeline
from docai.settings import Settings
from docai.testing import ScriptedOcr, ScriptedVlm, typed_reading
from docai.vlm.engine import Answer, Origin, Question, Reply, Span

READINGS = (
    typed_reading(["ACME LTD", "Warranty 24 months"], page=1),
    typed_reading(["Delivery in 3 days"], page=2),
)
WRITES = ("--vlm", "openai:any", "--vlm-url", "http://127.0.0.1:9/v1")  # nobody is called

app = typer.Typer()
app.command()(look_commands.ask)
app.command()(look_commands.describe)


class Unteachable(ScriptedVlm):
    """Never learned what it is asked."""

    def answer(self, question: Question) -> Reply:
        return Reply((), unasked=tuple(question.schema["properties"]))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document of two blank pages, as large as the readings say."""
    height, width = READINGS[0].size
    first = Image.new("RGB", (width, height), "white")
    path = tmp_path / "contract.tiff"
    first.save(path, save_all=True, append_images=[Image.new("RGB", READINGS[1].size[::-1])])
    return path


def with_answers(monkeypatch: pytest.MonkeyPatch, *answers: Answer) -> None:
    engines = Pipeline(ScriptedOcr(READINGS), ScriptedVlm(answers))
    monkeypatch.setattr(build, "pipeline", lambda settings: engines)


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_answer_is_words_of_a_page_with_their_place(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_answers(monkeypatch, Answer("answer", 0.9, Span(1, (3, 4))))

    done = run("ask", document, "How long is the warranty?", *WRITES)

    assert done.exit_code == commands.FINE, done.output
    told = json.loads(done.stdout)  # no terminal: JSON
    assert told["question"] == "How long is the warranty?"
    assert told["answer"] == "24 months"
    assert told["state"] == "found"
    assert told["evidence"][0] == {
        "page": 1,
        "box": [164.0, 60.0, 308.0, 88.0],
        "words": [3, 4],
    }
    assert 0 < told["confidence"] <= 1
    assert told["engines"]["vlm"] == "scripted-vlm"


def test_answer_for_people_tells_page_and_box(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_answers(monkeypatch, Answer("answer", 0.9, Span(2, (2, 3))))

    done = run("ask", document, "When will it come?", "--format", "text", *WRITES)

    assert done.stdout.startswith("3 days  (")
    assert ", page 2 at [212, 20, 308, 48])" in done.stdout


def test_absent_answer_is_no_failure(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_answers(monkeypatch)

    done = run("ask", document, "Who is the king?", "--format", "text", *WRITES)
    told = json.loads(run("ask", document, "Who is the king?", *WRITES).stdout)

    assert done.exit_code == commands.FINE
    assert done.stdout == "not on the pages\n"
    assert (told["answer"], told["state"]) == (None, "absent")


def test_answer_cannot_steer_a_terminal(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = typed_reading(["say \x1b[2Jgone"], page=1)
    engines = Pipeline(
        ScriptedOcr((hostile, READINGS[1])), ScriptedVlm((Answer("answer", 0.9, Span(1, (0, 1))),))
    )
    monkeypatch.setattr(build, "pipeline", lambda settings: engines)

    for shape in ("text", "json"):
        done = run("ask", document, "What?", "--format", shape, *WRITES)
        assert done.exit_code == commands.FINE
        assert "\x1b" not in done.stdout


@pytest.mark.parametrize("question", ["", "   ", "x" * 1001])
def test_no_question_is_wrong_usage(document: Path, question: str) -> None:
    done = run("ask", document, question, *WRITES)

    assert done.exit_code == commands.WRONG_USAGE
    assert "the question" in done.stderr


@pytest.mark.parametrize("command", [("ask", "What?"), ("describe",)])
def test_builtin_model_is_refused_before_anything_is_read(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    name, *question = command
    done = run(name, tmp_path / "missing.png", *question)

    assert done.exit_code == commands.ALL_FAILED
    assert "VlmError: the built-in model cannot" in done.stderr
    assert "--vlm hf:" in done.stderr


def test_model_that_was_never_taught_to_answer_says_so(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = Pipeline(ScriptedOcr(READINGS), Unteachable())
    monkeypatch.setattr(build, "pipeline", lambda settings: engines)

    done = run("ask", document, "What?", *WRITES)

    assert done.exit_code == commands.ALL_FAILED
    assert "scripted-vlm cannot answer free questions" in done.stderr


def test_missing_document_is_told(tmp_path: Path) -> None:
    done = run("ask", tmp_path / "missing.png", "What?", *WRITES)

    assert done.exit_code == commands.ALL_FAILED
    assert "LoadError" in done.stderr


def test_options_outweigh_the_environment(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    def pipeline(settings: Settings) -> Pipeline:
        seen.append(settings)
        return Pipeline(ScriptedOcr(READINGS), ScriptedVlm())

    monkeypatch.setattr(build, "pipeline", pipeline)
    monkeypatch.setenv("DOCAI_VLM", "builtin")
    monkeypatch.setenv("DOCAI_VLM_TIMEOUT_S", "7")

    assert run("ask", document, "What?", *WRITES).exit_code == commands.FINE
    assert (seen[0].vlm, seen[0].vlm_url) == ("openai:any", WRITES[-1])
    assert seen[0].vlm_timeout_s == 7


def test_each_page_is_described_alone_in_the_models_own_words(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, ...]] = []

    class Describing(ScriptedVlm):
        def answer(self, question: Question) -> Reply:
            pages = tuple(reading.page for reading in question.readings)
            asked.append(pages)
            said = Answer("description", 0.8, text=f"Page {pages}.", origin=Origin.WRITTEN)
            return Reply((said,))

    engines = Pipeline(ScriptedOcr(READINGS), Describing())
    monkeypatch.setattr(build, "pipeline", lambda settings: engines)

    told = json.loads(run("describe", document, *WRITES).stdout)
    text = run("describe", document, "--format", "text", *WRITES).stdout

    assert asked == [(1,), (2,)] * 2
    assert [caption["text"] for caption in told["captions"]] == ["Page (1,).", "Page (2,)."]
    assert all(caption["evidence"] == [] for caption in told["captions"])
    assert all(caption["origin"] == "written" for caption in told["captions"])
    assert "own words" in text
    assert "page 2: Page (2,)." in text
