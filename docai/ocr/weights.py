"""The PP-OCRv6 weights that the installed `rapidocr` wheel carries, opened on ONNX Runtime.

The wheel is only a carrier: its own code is never imported. Hashes are those of rapidocr 3.10.
"""

import hashlib
import importlib.metadata
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import onnxruntime as ort

from docai.errors import OcrError

LIBRARIES = ("onnxruntime", "opencv-python-headless", "numpy")  # what turns weights into readings


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One ONNX file and the SHA-256 it must have."""

    file_name: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where the installed wheel keeps it.

        Raises:
            OcrError: the wheel is not installed, or holds no such file.
        """
        path = _models_folder() / self.file_name
        if not path.is_file():
            raise OcrError(
                f"rapidocr {importlib.metadata.version('rapidocr')} carries no {self.file_name}; "
                "docai needs rapidocr 3.10 or later 3.x: pip install 'rapidocr>=3.10,<4'"
            )
        return path

    def is_intact(self) -> bool:
        """Tell whether the file has the hash it must have."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest() == self.sha256


DETECTION = WeightsFile(
    "PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
)
RECOGNITION = WeightsFile(
    "PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
)
TURNED = WeightsFile(
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
)


@cache
def _models_folder() -> Path:
    """Find the folder of ONNX files without importing the package."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise OcrError("the rapidocr wheel, which carries the OCR weights, is not installed")
    return Path(spec.origin).parent / "models"


def open_session(model: Path | bytes, num_threads: int = 1) -> ort.InferenceSession:
    """Open an ONNX model for the CPU.

    One thread by default: docai scales by processes, one per core, which measured faster than
    threads inside one operator.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = num_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Shapes differ from call to call: a memory plan cannot be used again, and an arena only grows.
    # With or without them the time is the same, within noise (benchmarks/LOG.md).
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    source = str(model) if isinstance(model, Path) else model
    try:
        return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own, private to the extension
        raise OcrError(f"ONNX Runtime cannot open the model {model!s:.200}: {error}") from error
