"""What is installed and whether it is whole: the checks behind ``docai doctor``."""

import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from docai.errors import DocaiError

TIMEOUT_S = 10.0
NEEDED = ("numpy", "onnxruntime", "opencv-python-headless", "pillow", "pypdfium2", "rapidocr")
OPTIONAL = {  # package -> the extra that brings it
    "paddleocr": "paddleocr",
    "torch": "local",
    "transformers": "local",
    "llguidance": "local",
    "openai": "openai",
    "peft": "finetune",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that docai uses.

    Attributes:
        name: of the thing.
        is_there: whether it is there and whole.
        is_needed: whether ``docai extract`` cannot do without it.
        detail: its version, or what is wrong and what would help.
    """

    name: str
    is_there: bool
    is_needed: bool
    detail: str

    @property
    def is_wrong(self) -> bool:
        """Whether docai cannot run for want of it."""
        return self.is_needed and not self.is_there


def examine() -> list[Check]:
    """Look at everything; nothing heavy is imported but ONNX Runtime."""
    return [
        Check("python", True, True, platform.python_version()),
        _package("docai", is_needed=True, missing="not installed: pip install docai"),
        *(_package(name, is_needed=True, missing="not installed") for name in NEEDED),
        *_ocr_weights(),
        *_builtin_weights(),
        _program("poppler", ("pdftoppm", "-v"), "missing: PDFs are drawn with pypdfium2 instead"),
        _tesseract(),
        *(
            _package(name, is_needed=False, missing=f"not installed: pip install 'docai[{extra}]'")
            for name, extra in OPTIONAL.items()
        ),
    ]


def show(checks: list[Check]) -> None:
    """Print the checks as a table on standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("", "what", "detail", title="docai doctor", title_justify="left")
    for check in checks:
        mark, style = ("ok", "green") if check.is_there else ("no", "yellow")
        if check.is_wrong:
            mark, style = "BAD", "bold red"
        table.add_row(Text(mark, style), Text(check.name), Text(check.detail))
    console = Console()
    console.print(table)
    wrong = [check.name for check in checks if check.is_wrong]
    verdict = f"docai cannot run: {', '.join(wrong)}" if wrong else "docai extract can run."
    console.print(Text(verdict, "bold red" if wrong else "green"))


def _package(name: str, *, is_needed: bool, missing: str) -> Check:
    """Check for an installed package, without importing it."""
    try:
        return Check(name, True, is_needed, version(name))
    except PackageNotFoundError:
        return Check(name, False, is_needed, missing)


def _ocr_weights() -> list[Check]:
    """Check the hashes of the OCR models."""
    try:
        from docai.ocr.weights import DETECTION, RECOGNITION, TURNED
    except ImportError as error:
        return [Check("PP-OCRv6 weights", False, True, f"cannot be looked for: {error}")]
    return [
        _weights(file.file_name, "the hash is right", file.is_intact)
        for file in (DETECTION, RECOGNITION, TURNED)
    ]


def _weights(name: str, detail: str, is_intact: Callable[[], bool]) -> Check:
    """Check one file of weights."""
    try:
        if is_intact():
            return Check(name, True, True, detail)
    except DocaiError as error:
        return Check(name, False, True, str(error))
    return Check(name, False, True, "damaged or of another version; reinstall its package")


def _builtin_weights() -> list[Check]:
    """Check the files of the built-in model, and tell how good it is."""
    try:
        from docai.vlm.builtin import inference
    except ImportError as error:
        return [Check("built-in model", False, True, f"cannot be looked for: {error}")]
    paths = [inference.WEIGHTS / name for name in (inference.VISION_FILE, inference.TAGGER_FILE)]
    try:
        model = inference.BuiltinVlm()
        is_intact = model.is_intact()
    except (DocaiError, OSError, ValueError, KeyError) as error:
        return [Check("built-in model", False, True, str(error))]
    if not is_intact:
        return [Check("built-in model", False, True, "damaged; reinstall docai")]
    size_mb = sum(path.stat().st_size for path in paths) / 1e6
    facts = [f"{k} {v}" for k, v in model.about.items() if isinstance(v, int | float | str)]
    detail = f"{model.name}, {size_mb:.1f} MB; {', '.join(facts)}"
    return [Check("built-in model", True, True, detail)]


def _program(name: str, command: tuple[str, ...], missing: str) -> Check:
    """Check for a program that docai can do without."""
    said = _output(command)
    if said is None:
        return Check(name, False, False, missing)
    return Check(name, True, False, said.splitlines()[0] if said else "")


def _tesseract() -> Check:
    """Check for Tesseract, and tell what it can read."""
    check = _program("tesseract", ("tesseract", "--version"), "missing: --lang kor needs it")
    listed = _output(("tesseract", "--list-langs")) if check.is_there else None
    if not listed:
        return check
    languages = " ".join(sorted(listed.splitlines()[1:]))
    return Check(check.name, True, False, f"{check.detail}; reads {languages}")


def _output(command: tuple[str, ...]) -> str | None:
    """Return what a program prints; None if it is missing, fails or hangs."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf8", "replace").strip()
