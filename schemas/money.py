"""An amount of money, as every kind of document tells it."""

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Money(BaseModel):
    """An amount of money."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal = Field(description="The amount; never a binary float.")
    currency: str | None = Field(
        None, pattern="^[A-Z]{3}$", description="ISO 4217 code, where the page tells it."
    )
