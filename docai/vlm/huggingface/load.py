"""Loading: from a place to a model in memory, with what turns pages and text into its inputs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import torch
import transformers
from transformers import AutoConfig, AutoModelForImageTextToText
from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
from transformers.utils import logging

from docai.errors import VlmError
from docai.provenance import Provenance, versions
from docai.vlm.huggingface import hub
from docai.vlm.huggingface.hub import Checkpoint
from docai.vlm.huggingface.image_only import load_processor

AUTO, FOUR_BIT = "auto", "4bit"
NUMBERS = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
ENCODER_DECODER, BLIP2, FLORENCE2 = "vision-encoder-decoder", "blip-2", "florence2"
_LIBRARIES = ("torch", "transformers", "tokenizers", "pillow", "numpy", "llguidance")
# Their encoders read the prompt too: there is nothing to encode once.
_READ_THE_PROMPT = frozenset({"instructblip", "instructblipvideo"})
_ONE_PAGE = frozenset({ENCODER_DECODER, FLORENCE2, BLIP2, "paligemma"})
_KNOWN = (
    "Qwen-VL, LLaVA-NeXT, LLaVA-OneVision, Idefics3, SmolVLM, InternVL, PaliGemma, Gemma 3, "
    "BLIP-2, Florence-2 and Donut"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory.

    Attributes:
        checkpoint: where it comes from.
        model: of transformers, ready to generate.
        processor: of transformers, which turns pictures and text into inputs.
        device: where the model is.
        numbers: what it calculates with.
        max_image_tokens: what the picture of a page may cost.
        name: model, revision, kind of numbers and budget: all that decides what its image tokens
            are.
    """

    checkpoint: Checkpoint
    model: Any
    processor: Any
    device: torch.device
    numbers: torch.dtype
    max_image_tokens: int
    name: str

    @property
    def kind(self) -> str:
        """What transformers calls its family, such as ``qwen3_vl``."""
        return str(self.model.config.model_type)

    @property
    def generator(self) -> Any:
        """What generates: the model, or of BLIP-2 its language model, which knows no pictures."""
        return self.model.language_model if self.kind == BLIP2 else self.model

    @property
    def several_pages(self) -> bool:
        """Whether its family was taught to look at several pictures at once."""
        return self.kind not in _ONE_PAGE

    @property
    def tokenizer(self) -> Any:
        """What turns text into tokens."""
        return self.processor.tokenizer

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`. Weights are told by digest or commit, not hashed."""
        return Provenance(self.name, versions(*_LIBRARIES), models=(self.checkpoint.label,))


def load(
    place: str, device: str = AUTO, numbers: str = AUTO, max_image_tokens: int = 1280
) -> Loaded:
    """Load a model.

    Args:
        place: see `hub.find`.
        device: ``auto``, ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
        numbers: ``auto``, ``bf16``, ``fp16``, ``fp32`` or ``4bit``.
        max_image_tokens: what the picture of a page may cost.

    Raises:
        VlmError: there is no such model, or it cannot run here.
    """
    on = find_device(device)
    kind = find_numbers(numbers, on)
    checkpoint = hub.find(place)
    config = _config(checkpoint)
    processor = load_processor(checkpoint.folder, config)
    calculates = _best(on) if kind == FOUR_BIT else NUMBERS[kind]
    model = _model(checkpoint, config, on, calculates, four_bit=kind == FOUR_BIT)
    name = f"hf:{checkpoint.label}/{kind}/{max_image_tokens}"
    return Loaded(checkpoint, model, processor, on, calculates, max_image_tokens, name)


def find_device(asked: str) -> torch.device:
    """Return the device that was asked for.

    Raises:
        VlmError: it is unknown, or not there.
    """
    there = _devices()
    if asked == AUTO:
        return torch.device(next(iter(there)))
    try:
        device = torch.device(asked)
    except RuntimeError:
        device = torch.device("meta")
    if device.type not in ("cpu", "cuda", "mps"):
        raise VlmError(f"there is no device {asked!r}; choose auto, cuda, cuda:1, mps or cpu")
    if device.type == "cuda" and device.index is None:
        device = torch.device("cuda", 0)
    if str(device) not in there:
        listed = ", ".join(f"{name} ({about})" if about else name for name, about in there.items())
        raise VlmError(
            f"there is no device {asked!r} that torch {torch.__version__} can use; "
            f"there is {listed}"
        )
    return device


def _devices() -> dict[str, str]:
    """Return the devices there are, best first, with what is known of them."""
    num_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    there = {f"cuda:{i}": torch.cuda.get_device_name(i) for i in range(num_gpus)}
    if torch.backends.mps.is_available():
        there["mps"] = ""
    return {**there, "cpu": ""}


def find_numbers(asked: str, device: torch.device) -> str:
    """Return what to calculate with on a device: ``bf16``, ``fp16``, ``fp32`` or ``4bit``.

    Raises:
        VlmError: it is unknown, or the device cannot.
    """
    if asked == AUTO:
        return next(name for name, kind in NUMBERS.items() if kind == _best(device))
    if asked == FOUR_BIT:
        if device.type != "cuda" or find_spec("bitsandbytes") is None:
            raise VlmError(
                f"4bit needs an NVIDIA GPU and bitsandbytes (pip install bitsandbytes); here is "
                f"{device}: choose bf16, fp16 or fp32"
            )
    elif asked not in NUMBERS:
        raise VlmError(
            f"there is no kind of numbers {asked!r}; choose auto, bf16, fp16, fp32, 4bit"
        )
    elif asked == "bf16" and not _can_bf16(device):
        raise VlmError(f"{device} cannot calculate in bf16: choose fp16 or fp32")
    return asked


def _best(device: torch.device) -> torch.dtype:
    """Return what a device calculates best with."""
    if device.type == "cpu":
        return torch.float32
    return torch.bfloat16 if device.type == "cuda" and _can_bf16(device) else torch.float16


def _can_bf16(device: torch.device) -> bool:
    """Tell whether a device can calculate in bf16."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    try:
        torch.ones(2, dtype=torch.bfloat16, device=device).sum()
    except (RuntimeError, TypeError):
        return False
    return True


def _config(checkpoint: Checkpoint) -> Any:
    """Read the configuration of a model.

    Raises:
        VlmError: it is damaged, or of a model that does not turn pictures into text.
    """
    try:
        config = AutoConfig.from_pretrained(checkpoint.folder, local_files_only=True)
    except Exception as error:  # whatever a damaged file makes it raise
        raise VlmError(
            f"transformers {transformers.__version__} does not know the model {checkpoint.label}, "
            f"and docai runs no code out of a checkpoint: {hub.brief(error)}"
        ) from error
    if config.model_type not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise VlmError(
            f"{checkpoint.label} is a model of the family {config.model_type!r}, which does not "
            f"turn pictures and text into text; docai takes those that do, such as {_KNOWN}"
        )
    return config


def _model(
    checkpoint: Checkpoint,
    config: Any,
    device: torch.device,
    numbers: torch.dtype,
    *,
    four_bit: bool,
) -> Any:
    """Load the weights.

    Raises:
        VlmError: they are damaged, of another model, or too large.
    """
    options: dict[str, Any] = {"device_map": {"": device}} if device.type == "cuda" else {}
    if four_bit:
        quantized: Any = transformers.BitsAndBytesConfig
        options["quantization_config"] = quantized(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=numbers
        )
    try:
        auto: Any = AutoModelForImageTextToText
        with _no_progress():
            model, about = auto.from_pretrained(
                checkpoint.folder,
                config=config,
                dtype=numbers,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
                **options,
            )
        if device.type != "cuda":
            model = model.to(device)
    except torch.OutOfMemoryError as error:
        raise VlmError(
            f"{checkpoint.label} does not fit into the memory of {device}: choose 4bit, a smaller "
            "model or a larger GPU"
        ) from error
    except Exception as error:  # whatever damaged files and missing libraries make it raise
        again = (
            f"; fetch it anew with: {checkpoint.fetch} --force-download" if checkpoint.fetch else ""
        )
        raise VlmError(
            f"the weights of {checkpoint.label} cannot be loaded: {hub.brief(error)}{again}"
        ) from error
    _check_complete(checkpoint, about)
    _check_usable(checkpoint, model)
    return model.eval().requires_grad_(False)


@contextmanager
def _no_progress() -> Iterator[None]:
    """Keep transformers from drawing a bar per file."""
    bars: Any = logging
    drawn = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if drawn:
            bars.enable_progress_bar()


def _check_complete(checkpoint: Checkpoint, about: dict[str, Any]) -> None:
    """Raise VlmError where transformers would make weights up."""
    lacking = sorted(str(name) for name in [*about["missing_keys"], *about["mismatched_keys"]])
    if lacking:
        raise VlmError(
            f"the weights of {checkpoint.label} are not those of its {hub.CONFIG}: {len(lacking)} "
            f"are missing or of another size, such as {lacking[0]}"
        )


def _check_usable(checkpoint: Checkpoint, model: Any) -> None:
    """Raise VlmError where a family cannot take pictures that were encoded before."""
    kind = model.config.model_type
    encodes = kind == ENCODER_DECODER or hasattr(model.base_model, "get_image_features")
    takes = kind in (ENCODER_DECODER, FLORENCE2) or model._supports_mm_encoder_outputs()
    if not (encodes and takes and model.can_generate()) or kind in _READ_THE_PROMPT:
        raise VlmError(
            f"{checkpoint.label} is a model of the family {kind!r}, which cannot take pictures "
            f"that were encoded before; docai takes those that can, such as {_KNOWN}"
        )
