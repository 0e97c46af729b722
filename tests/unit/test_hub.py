"""Checkpoints are found, told apart, and refused with words that help."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import load_file, save_file
from tiny_checkpoints import build, build_classifier

from docai.errors import VlmError
from docai.vlm.huggingface import load as loading
from docai.vlm.huggingface.hub import digest, find
from docai.vlm.huggingface.load import find_device, find_numbers, load

COMMIT = "1a2b3c4d5e6f" + 28 * "0"
MODEL = "docai/tiny-receipts"
WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("qwen3_vl", tmp_path_factory.mktemp("built") / "tiny")


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """Return a checkpoint to spoil."""
    return Path(shutil.copytree(built, tmp_path / "tiny"))


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the hub's cache, which is empty; the hub may not be asked."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return tmp_path / "cache"


def in_cache(cache: Path, built: Path) -> Path:
    """Put a checkpoint into the hub's cache."""
    place = cache / f"models--{MODEL.replace('/', '--')}"
    shutil.copytree(built, place / "snapshots" / COMMIT)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text(COMMIT)
    return place / "snapshots" / COMMIT


def test_a_folder_is_told_by_a_digest_of_it(folder: Path, tmp_path: Path) -> None:
    found = find(str(folder))
    assert (found.folder, found.name, found.fetch) == (folder, "tiny", "")
    assert found.label == f"tiny@{digest(folder)}"
    moved = shutil.copytree(folder, tmp_path / "elsewhere")
    assert digest(Path(moved)) == found.identity


@pytest.mark.parametrize("changed", ["weights", "preprocessor_config.json", "chat_template.jinja"])
def test_a_changed_folder_is_another_checkpoint(folder: Path, changed: str) -> None:
    before = digest(folder)
    if changed == "weights":
        tensors = load_file(folder / WEIGHTS)
        (*_, last) = sorted(tensors)
        tensors[last] = tensors[last] + 1  # of the same size and form
        save_file(tensors, folder / WEIGHTS, {"format": "pt"})
    else:
        path = folder / changed
        path.write_text(path.read_text("utf8") + " ", "utf8")
    assert digest(folder) != before


def test_a_model_of_the_cache_is_told_by_its_commit(cache: Path, built: Path) -> None:
    snapshot = in_cache(cache, built)
    for place in (MODEL, f"{MODEL}@main", f"{MODEL}@{COMMIT}"):
        found = find(place)
        assert (found.folder, found.label) == (snapshot, f"{MODEL}@1a2b3c4d5e6f")
    model = load(f"{MODEL}@main", "cpu", "auto", 64)
    assert model.name == f"hf:{MODEL}@1a2b3c4d5e6f/fp32/64"
    told = model.provenance()
    assert told.engine == model.name
    assert told.models == (f"{MODEL}@1a2b3c4d5e6f",)
    assert told.versions["torch"] == torch.__version__


@pytest.mark.parametrize("revision", ["main", "v2", COMMIT])
def test_a_model_that_is_not_in_the_cache(cache: Path, revision: str) -> None:
    with pytest.raises(VlmError) as error:
        find(f"{MODEL}@{revision}")
    for told in (MODEL, str(cache), f"hf download {MODEL} --revision {revision}", "OFFLINE"):
        assert told in str(error.value)


def test_a_model_that_is_partly_in_the_cache(cache: Path, built: Path) -> None:
    snapshot = in_cache(cache, built)
    (snapshot / WEIGHTS).unlink()
    with pytest.raises(VlmError, match=f"no weights.*; fetch it with: hf download {MODEL}"):
        find(MODEL)
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": WEIGHTS}}
    (snapshot / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(VlmError, match=r"lacks 2 of 2 files of weights, such as model-00001-of"):
        find(MODEL)
    (snapshot / "model.safetensors.index.json").write_text("[]")
    with pytest.raises(VlmError, match="no index of weights"):
        find(MODEL)


@pytest.mark.parametrize("place", ["/no/such", "./there", "a/b/c", "a b", ""])
def test_no_such_folder(cache: Path, place: str) -> None:
    with pytest.raises(VlmError, match="there is no folder" if place else "no config.json"):
        find(place)


class _Hub(BaseHTTPRequestHandler):
    """Answers like the hub: refuses, or serves the files of a folder as one model."""

    refusal: tuple[int, str] | None = None
    served = Path()
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if self.refusal is not None:
            self._answer(self.refusal[0], b"", {"X-Error-Code": self.refusal[1]})
        elif path.startswith(f"/api/models/{MODEL}/revision/"):
            self._answer(200, json.dumps({"id": MODEL, "sha": COMMIT, "siblings": []}).encode())
        elif path == f"/api/models/{MODEL}/tree/{COMMIT}":
            files = [
                {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": file.name}
                for file in self.served.iterdir()
            ]
            self._answer(200, json.dumps(files).encode())
        else:
            file = self.served / Path(path).name
            self.asked.append(file.name)
            about = {"ETag": f'"{file.name}"', "X-Repo-Commit": COMMIT}
            self._answer(200, file.read_bytes(), about)

    do_HEAD = do_GET  # noqa: N815  # as the library wants it

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of something like the hub, which may be asked."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(constants, "ENDPOINT", url)
        template = url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        yield url
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (404, "RepoNotFound", "has no model docai/tiny-receipts"),
        (403, "GatedRepo", "accepted its terms"),
        (404, "RevisionNotFound", "has no revision 'v2'"),
        (500, "", "does not help: LocalEntryNotFoundError: Got: HfHubHTTPError"),
    ],
)
def test_a_hub_that_refuses(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, status: int, code: str, told: str
) -> None:
    monkeypatch.setattr(_Hub, "refusal", (status, code))
    with pytest.raises(VlmError) as error:
        find(f"{MODEL}@v2")
    assert told in str(error.value)
    assert str(error.value).endswith(f"; fetch it with: hf download {MODEL} --revision v2")
    assert len(str(error.value)) < 600


def test_a_model_is_downloaded_once_and_without_pickles(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, cache: Path, folder: Path
) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"runs any code")
    monkeypatch.setattr(_Hub, "served", folder)
    monkeypatch.setattr(_Hub, "asked", [])

    found = find(MODEL)

    assert found.label == f"{MODEL}@1a2b3c4d5e6f"
    assert found.folder.is_relative_to(cache)
    assert (found.folder / WEIGHTS).read_bytes() == (folder / WEIGHTS).read_bytes()
    assert "pytorch_model.bin" not in _Hub.asked
    _Hub.asked.clear()
    assert find(MODEL) == found
    assert find(f"{MODEL}@{COMMIT}").folder == found.folder
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert find(MODEL) == found
    assert _Hub.asked == []
    (found.folder / WEIGHTS).unlink()
    with pytest.raises(VlmError, match=f"only a part of {MODEL} at main is in the cache {cache}"):
        find(MODEL)


def test_a_hub_that_cannot_be_reached(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(VlmError, match=r"is not in the cache .* http://127.0.0.1:9 does not help"):
        find(MODEL)


def test_no_pickles(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    with pytest.raises(VlmError, match=r"are pickles, which may run any code"):
        find(str(folder))


def test_damaged_weights(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(b"no safetensors file")
    with pytest.raises(VlmError, match="is damaged, or no safetensors file"):
        load(str(folder))
    (folder / WEIGHTS).write_bytes(whole[:-1000])
    with pytest.raises(VlmError, match=r"the weights of tiny@\w+ cannot be loaded"):
        load(str(folder))


def test_weights_of_another_model(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    del tensors["model.visual.patch_embed.proj.weight"]
    save_file(tensors, folder / WEIGHTS, {"format": "pt"})
    with pytest.raises(VlmError, match=r"1 are missing .* model\.visual\.patch_embed\.proj"):
        load(str(folder))


def test_a_model_that_reads_no_pictures(tmp_path: Path) -> None:
    folder = build_classifier("clip", tmp_path / "clip")
    with pytest.raises(VlmError, match=r"of the family 'clip', .* such as Qwen-VL, LLaVA"):
        load(str(folder))


@pytest.mark.parametrize(
    "about", [{"model_type": "unheard_of"}, {}, {"model_type": "qwen3_vl", "text_config": 1}]
)
def test_a_model_that_nobody_knows(folder: Path, about: dict[str, object]) -> None:
    code = {"auto_map": {"AutoConfig": "code.Config", "AutoModel": "code.Model"}}
    (folder / "config.json").write_text(json.dumps({**about, **code}))
    (folder / "code.py").write_text("raise SystemExit('code out of a checkpoint')")
    with pytest.raises(VlmError, match=r"does not know the model tiny@\w+, and docai runs no code"):
        load(str(folder))


def test_a_processor_that_nobody_knows(folder: Path) -> None:
    (folder / "processor_config.json").write_text('{"processor_class": "OwnProcessor"}')
    with pytest.raises(VlmError, match="'OwnProcessor', which is no processor of transformers"):
        load(str(folder))
    (folder / "processor_config.json").unlink()
    assert type(load(str(folder)).processor).__name__ == "Qwen3VLProcessor"
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(VlmError, match=f"the Qwen3VLProcessor of {folder} cannot be loaded"):
        load(str(folder))


def test_processors_without_videos_are_saved_and_loaded(folder: Path, tmp_path: Path) -> None:
    # As many checkpoints of the hub have it, and transformers would want torchvision for it.
    video = {"video_processor_type": "Qwen3VLVideoProcessor"}
    (folder / "video_preprocessor_config.json").write_text(json.dumps(video))
    model = load(str(folder), "cpu")
    again = tmp_path / "again"
    model.model.save_pretrained(again)
    model.processor.save_pretrained(again)
    assert type(load(str(again), "cpu").processor.image_processor).__name__.endswith("Pil")
    assert "torchvision" not in sys.modules


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_devices", lambda: {"cuda:0": "Nice GPU", "cpu": ""})
    assert find_device("auto") == find_device("cuda") == torch.device("cuda:0")
    assert find_device("cpu") == torch.device("cpu")
    with pytest.raises(VlmError, match=r"no device 'cuda:1' .*; there is cuda:0 \(Nice GPU\), cpu"):
        find_device("cuda:1")
    with pytest.raises(VlmError, match="there is no device 'mps'"):
        find_device("mps")
    for unknown in ("gpu", "", "cuda:x", "meta", "xla"):
        with pytest.raises(VlmError, match=f"{unknown!r}; choose auto, cuda, cuda:1, mps or cpu"):
            find_device(unknown)


def test_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu, gpu = torch.device("cpu"), torch.device("cuda:0")
    assert find_numbers("auto", cpu) == "fp32"
    assert find_numbers("bf16", cpu) == "bf16"
    with pytest.raises(VlmError, match="4bit needs an NVIDIA GPU and bitsandbytes"):
        find_numbers("4bit", cpu)
    with pytest.raises(VlmError, match="there is no kind of numbers 'int8'"):
        find_numbers("int8", cpu)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (8, 0))
    assert find_numbers("auto", gpu) == "bf16"
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (7, 5))
    assert find_numbers("auto", gpu) == "fp16"
    with pytest.raises(VlmError, match="cuda:0 cannot calculate in bf16: choose fp16 or fp32"):
        find_numbers("bf16", gpu)


def test_libraries_that_are_missing_are_named() -> None:
    code = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "missing = ('torch', 'accelerate')\n"
        "u.find_spec = lambda name, *a: None if name in missing else find(name, *a)\n"
        "from docai.errors import VlmError\n"
        "try: import docai.vlm.huggingface.load\n"
        "except VlmError as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == (
        "models of hf: need torch, accelerate, which is not installed: pip install 'docai[local]'\n"
    )
