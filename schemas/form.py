"""What a filled-in form tells, whatever it asks: pairs, boxes to tick, places to sign."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FormPair(BaseModel):
    """What the form asks for, and what was filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str | None = Field(None, description="What the form asks for, as printed.")
    value: str | None = Field(
        None, description="What was filled in, as printed, its lines joined by spaces."
    )


class EmptyField(BaseModel):
    """What the form asks for, where nothing was filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str | None = Field(None, description="What the form asks for, as printed.")


class CheckBox(BaseModel):
    """A box or a circle to tick."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str | None = Field(None, description="What stands beside the box, as printed.")
    is_checked: bool | None = Field(None, description="Whether the box is ticked.")
    kind: Literal["check_box", "radio_button"] | None = Field(
        None, description="A square box, or a circle of which one of several is ticked."
    )


class Signature(BaseModel):
    """A place to sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str | None = Field(None, description="What stands at the place to sign, as printed.")
    is_present: bool | None = Field(None, description="Whether somebody has signed there.")


class Form(BaseModel):
    """A form that somebody has filled in."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"version": 1})

    pairs: tuple[FormPair, ...] = Field((), description="Keys and their values, from top down.")
    empty_fields: tuple[EmptyField, ...] = Field(
        (), description="Keys without a value, from top down."
    )
    check_boxes: tuple[CheckBox, ...] = Field(
        (), description="Boxes to tick, ticked or not, from top down."
    )
    signatures: tuple[Signature, ...] = Field(
        (), description="Places to sign, signed or not, from top down."
    )
