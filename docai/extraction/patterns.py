"""Patterns of JSON Schema, which strangers write.

They are run by an engine that takes time in proportion to the text, Rust's, as pydantic brings it.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter
from pydantic_core import SchemaError as PatternError


@lru_cache(256)
def matcher(pattern: str) -> Callable[[str], bool] | None:
    """Return what tells whether a pattern is found in a text; None if it cannot be run."""
    try:
        adapter = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
    except PatternError:
        return None

    def matches(text: str) -> bool:
        """Tell whether the pattern is found in ``text``."""
        try:
            adapter.validate_python(text)
        except ValueError:
            return False
        return True

    return matches
