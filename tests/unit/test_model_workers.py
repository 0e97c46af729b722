"""Which workers hold the model, and that a large one is held once."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.serve import _workers
from docai.batch import ONE_THREAD
from workers.settings import ServiceSettings


def option(command: tuple[str, ...], name: str) -> str:
    """Return the value of the last option of that name: Python has a -P of its own."""
    return command[len(command) - command[::-1].index(name)]


@pytest.mark.parametrize("vlm", ["builtin", "openai:m", "builtin:/folder"])
def test_small_and_distant_models_are_in_every_worker(vlm: str, tmp_path: Path) -> None:
    settings = ServiceSettings(data_dir=tmp_path, vlm=vlm)
    children = {child.name: child for child in _workers(settings, {}, 3)}
    assert set(children) == {"worker", "sweeper"}
    command = children["worker"].command
    assert option(command, "-Q") == "reconcile,vlm,ocr,rasterize"
    assert (option(command, "-P"), option(command, "-c")) == ("prefork", "3")


def test_a_large_model_has_a_process_of_its_own(tmp_path: Path) -> None:
    settings = ServiceSettings(data_dir=tmp_path, vlm="hf:x")
    children = {child.name: child for child in _workers(settings, {}, 3)}
    assert set(children) == {"worker", "sweeper", "model"}
    assert option(children["worker"].command, "-Q") == "ocr,rasterize"
    command = children["model"].command
    assert option(command, "-Q") == "reconcile,vlm"
    assert (option(command, "-P"), option(command, "-c")) == ("threads", "1")
    assert set(ONE_THREAD) <= set(children["worker"].environ)
    assert not set(ONE_THREAD) & set(children["model"].environ)


@pytest.mark.parametrize(
    "options", [("-Q", "ocr,vlm", "-P", "prefork", "-c", "1"), ("-Q", "reconcile", "-P", "solo")]
)
def test_a_worker_that_would_hold_it_otherwise_does_not_start(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    command = [sys.executable, "-P", "-m", "workers.run", *options, "-n", "gpu@%h"]
    environ = {"DOCAI_DATA_DIR": str(tmp_path), "DOCAI_VLM": "hf:x", "PATH": ""}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "-Q reconcile,vlm -P threads -c 1" in done.stderr
    assert "Traceback" not in done.stderr
