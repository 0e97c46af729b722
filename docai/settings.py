"""Settings: what an environment asks for. The only reader of environment variables.

Each setting is a variable named ``DOCAI_`` and its name in capitals, such as ``DOCAI_JOBS``.
"""

import os
from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from docai.errors import SettingsError
from docai.load.limits import DEFAULT_LIMITS, Limits

PREFIX = "DOCAI_"

AnySettings = TypeVar("AnySettings", bound=BaseModel)


class Settings(BaseModel):
    """What to run, and what a document may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ocr: str = Field(default="auto", description="OCR engine; auto chooses one for the language.")
    lang: str | None = Field(
        default=None, description="Language of the documents, in the engine's terms."
    )
    device: str = Field(
        default="cpu", description="What PaddleOCR runs on, in its terms: cpu, gpu or gpu:0."
    )
    vlm: str = Field(
        default="builtin",
        description="The model that says what words mean: builtin, hf:MODEL or openai:MODEL.",
    )
    vlm_device: str = Field(
        default="auto", description="What a model of hf: runs on: auto, cuda, cuda:1, mps or cpu."
    )
    vlm_dtype: Literal["auto", "bf16", "fp16", "fp32", "4bit"] = Field(
        default="auto", description="Numbers a model of hf: calculates with."
    )
    max_image_tokens: int = Field(
        default=1280, ge=16, description="What a page's picture may cost a model of hf: or openai:."
    )
    vlm_url: str | None = Field(
        default=None, description="Server of a model of openai:, such as http://gpu-1:8000/v1."
    )
    vlm_key: SecretStr = Field(default=SecretStr(""), description="API key for that server.")
    vlm_timeout_s: float = Field(
        default=300.0, gt=0, allow_inf_nan=False, description="Patience with that server."
    )
    vlm_concurrency: int = Field(
        default=8, ge=1, description="Windows of a document that server is asked about at once."
    )
    calibration: str | None = Field(
        default=None,
        description="File that python -m docai.calibrate --vlm … wrote for this model.",
    )
    detector: str = Field(
        default="hf:google/owlv2-base-patch16-ensemble",
        description="The model that finds regions by name: hf:MODEL.",
    )
    classifier: str = Field(
        default="builtin",
        description="What tells the kind of a document for the schema auto: builtin or hf:MODEL.",
    )
    cache: str | None = Field(
        default=None, description="Folder that keeps what was read and seen of pages."
    )
    invoice_xml: bool = Field(
        default=True,
        description="Whether the e-invoice inside a hybrid PDF is read and held against the pages.",
    )
    jobs: int = Field(
        default=0,
        ge=0,
        description="Documents read at the same time; 0 for one per core, or one in all where "
        "each would need a model of its own in the memory of a GPU.",
    )
    max_bytes: int = Field(default=DEFAULT_LIMITS.max_bytes, ge=1)
    max_pages: int = Field(default=DEFAULT_LIMITS.max_pages, ge=1)
    max_pixels: int = Field(default=DEFAULT_LIMITS.max_pixels, ge=1)
    max_total_pixels: int = Field(default=DEFAULT_LIMITS.max_total_pixels, ge=1)
    timeout_s: float = Field(default=DEFAULT_LIMITS.timeout_s, gt=0, allow_inf_nan=False)

    def with_options(self, said: Mapping[str, str | int]) -> "Settings":
        """Return these settings with those that a command line outweighs, by name.

        Raises:
            SettingsError: an option makes no sense; the message names it.
        """
        try:
            return Settings.model_validate({**self.model_dump(), **said})
        except ValidationError as error:
            first = error.errors()[0]
            option = f"--{first['loc'][0]}".replace("_", "-")
            raise SettingsError(f"{option} {first['input']}: {first['msg']}") from error

    @property
    def num_jobs(self) -> int:
        """How many documents are read at the same time."""
        return self.jobs or (1 if self.vlm.startswith("hf:") else num_cores())

    @property
    def limits(self) -> Limits:
        """What one document may cost."""
        return Limits(
            self.max_bytes, self.max_pages, self.max_pixels, self.timeout_s, self.max_total_pixels
        )


class ClientSettings(BaseModel):
    """Which server a client talks to, and as whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(default="http://127.0.0.1:8000", description="Where the docai server is.")
    key: SecretStr = Field(default=SecretStr(""), description="API key, if the server wants one.")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of an environment; see `read`."""
    return read(Settings, environ)


def read(settings: type[AnySettings], environ: Mapping[str, str] = os.environ) -> AnySettings:
    """Read the settings that a model lists; an empty variable counts as unset.

    Raises:
        SettingsError: a variable makes no sense; the message names it.
    """
    given = {name: environ.get(PREFIX + name.upper(), "") for name in settings.model_fields}
    try:
        return settings.model_validate({name: text for name, text in given.items() if text})
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"{PREFIX}{first['loc'][0]}".upper()
        raise SettingsError(f"{variable}={first['input']!r}: {first['msg']}") from error


def num_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
