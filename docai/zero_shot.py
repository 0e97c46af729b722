"""Models that compare pictures with words never seen in training: found, checked and loaded.

Classifiers such as CLIP, detectors such as OWL-ViT. What they are asked is no matter here.
"""

from collections.abc import Collection
from functools import cached_property
from typing import Any

import numpy as np
import torch
import transformers
from transformers import AutoConfig
from transformers.utils import logging

from docai.document import Picture
from docai.errors import VlmError
from docai.provenance import Provenance, versions
from docai.vlm.huggingface import hub
from docai.vlm.huggingface.image_only import load_processor
from docai.vlm.huggingface.load import find_device

WHITE = 255


class ZeroShot:
    """One of these models; its weights are loaded on first use."""

    def __init__(self, place: str, device: str, auto: type[Any], families: Collection[str]) -> None:
        """Find a checkpoint.

        Args:
            place: a folder, a model of the hub, or one with ``@`` and its revision.
            device: ``auto``, ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
            auto: class of transformers that loads such models.
            families: that will do, as transformers calls them.

        Raises:
            VlmError: there is no such model or device, or it is of another family.
        """
        self.device = find_device(device)
        self._checkpoint = hub.find(place)
        self._auto = auto
        try:
            config = AutoConfig.from_pretrained(self._checkpoint.folder, local_files_only=True)
        except Exception as error:  # whatever a damaged file makes it raise
            first, *_ = str(error).splitlines() or [""]
            raise VlmError(
                f"transformers {transformers.__version__} does not know the model "
                f"{self._checkpoint.label}: {first}"
            ) from error
        self.config: Any = config
        self.family = str(config.model_type)
        if self.family not in families:
            raise VlmError(
                f"{self._checkpoint.label} is a model of the family {self.family!r}, which cannot "
                f"do this; docai takes {', '.join(sorted(families))}"
            )
        self.name = f"hf:{self._checkpoint.label}"

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return Provenance(
            self.name, versions("torch", "transformers"), models=(self._checkpoint.label,)
        )

    @torch.inference_mode()
    def run(self, inputs: Any) -> Any:
        """Run the model on what its processor made.

        Raises:
            VlmError: it failed, such as for want of memory.
        """
        try:
            return self._model(**inputs.to(self.device))
        except (RuntimeError, ValueError) as error:
            raise VlmError(f"{self.name} failed: {error}") from error

    @cached_property
    def processor(self) -> Any:
        """What turns pictures and words into inputs, of transformers."""
        return load_processor(self._checkpoint.folder, self.config)

    @cached_property
    def _model(self) -> Any:
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model, about = self._auto.from_pretrained(
                self._checkpoint.folder,
                config=self.config,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
            model = model.to(self.device)
        except Exception as error:  # whatever damaged files and missing libraries make it raise
            raise VlmError(
                f"the weights of {self.name} cannot be loaded: {type(error).__name__}: {error}"
            ) from error
        if about["missing_keys"] or about["mismatched_keys"]:
            raise VlmError(f"the weights of {self.name} are not those of its {hub.CONFIG}")
        return model.eval().requires_grad_(False)


def squared(picture: Picture, top: int, left: int) -> Picture:
    """Return a picture on a white square just large enough, from ``top`` and ``left`` on."""
    height, width = picture.shape[:2]
    side = max(height, width)
    square = np.full((side, side, 3), WHITE, np.uint8)
    square[top : top + height, left : left + width] = picture
    return square
