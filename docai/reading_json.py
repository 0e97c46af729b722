"""Readings as JSON bytes and back, no digit of a coordinate lost.

A module of its own: whoever only looks at readings need not load pydantic.
"""

from pydantic import TypeAdapter

from docai.reading import Reading

_READINGS = TypeAdapter(Reading)


def to_bytes(reading: Reading) -> bytes:
    """Return ``reading`` as JSON."""
    return _READINGS.dump_json(reading)


def from_bytes(data: bytes) -> Reading:
    """Undo `to_bytes`.

    Raises:
        ValueError: ``data`` is damaged, or something else.
    """
    return _READINGS.validate_json(data)
