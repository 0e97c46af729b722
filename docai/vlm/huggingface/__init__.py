"""Models of the transformers library, on a GPU or a CPU of this machine.

Raises `docai.errors.VlmError` when it is imported where the libraries for it are missing.
"""

from importlib.util import find_spec

from docai.errors import VlmError

_LIBRARIES = ("torch", "transformers", "accelerate", "llguidance")
_missing = [name for name in _LIBRARIES if find_spec(name) is None]
if _missing:
    raise VlmError(
        f"models of hf: need {', '.join(_missing)}, which is not installed: "
        "pip install 'docai[local]'"
    )
