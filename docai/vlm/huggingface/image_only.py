"""What turns pictures and text into a model's inputs, without torchvision.

transformers reads pictures with Pillow where it is told to; videos it reads with torchvision alone,
and many families' processors demand a reader of videos even where nobody has one. Pages are no
videos: here that part is left out.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import transformers
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING

from docai.errors import VlmError
from docai.vlm.huggingface.hub import brief

_VIDEO = "video_processor"
_NAMED_IN = ("processor_config.json", "preprocessor_config.json", "tokenizer_config.json")


def load_processor(folder: Path, config: Any) -> Any:
    """Load the processor of the checkpoint in ``folder``, whose model has ``config``.

    Raises:
        VlmError: the checkpoint has none, or none that transformers knows, or it is damaged.
    """
    kind = image_only(_class_of(folder, config))
    try:
        return kind.from_pretrained(folder, backend="pil", local_files_only=True)
    except Exception as error:  # whatever a damaged file or a missing library makes it raise
        raise VlmError(
            f"the {kind.__name__} of {folder} cannot be loaded: {brief(error)}"
        ) from error


def image_only(kind: type[Any]) -> type[Any]:
    """Return a class of processors like ``kind`` that reads pictures and no videos."""
    attributes = kind.get_attributes()
    if _VIDEO not in attributes:
        return kind
    place = attributes.index(_VIDEO)

    class ImageOnly(kind):  # type: ignore[misc]  # its class is known at run time alone
        """Reads no videos."""

        # SmolVLM asks for these even where there is no video.
        video_processor = SimpleNamespace(num_frames=0, fps=0)

        @classmethod
        def get_attributes(cls) -> list[str]:
            """Name the parts."""
            return [name for name in attributes if name != _VIDEO]

        @classmethod
        def from_args_and_dict(
            cls, args: Sequence[Any], processor_dict: Mapping[str, Any], **kwargs: Any
        ) -> Any:
            """Put the parts together; nothing stands where the reader of videos would."""
            parts = [*args[:place], None, *args[place:]]
            return super().from_args_and_dict(parts, processor_dict, **kwargs)

    ImageOnly.__name__ = kind.__name__  # which is saved with it
    ImageOnly.__qualname__ = kind.__qualname__
    return ImageOnly


def _class_of(folder: Path, config: Any) -> type[Any]:
    """Find out which class of processors a checkpoint asks for.

    Raises:
        VlmError: transformers has none for it.
    """
    for name in _NAMED_IN:
        path = folder / name
        named = (
            json.loads(path.read_text("utf8")).get("processor_class") if path.is_file() else None
        )
        if named is not None:
            known = getattr(transformers, str(named), None)
            if isinstance(known, type) and issubclass(known, transformers.ProcessorMixin):
                return known
            raise VlmError(
                f"{path} asks for {named!r}, which is no processor of transformers "
                f"{transformers.__version__}; docai runs no code out of a checkpoint"
            )
    if type(config) in PROCESSOR_MAPPING:
        return cast("type[Any]", PROCESSOR_MAPPING[type(config)])
    raise VlmError(
        f"{folder} holds no processor: none of {', '.join(_NAMED_IN)} names a processor_class, and "
        f"transformers {transformers.__version__} knows none for {config.model_type!r}"
    )
