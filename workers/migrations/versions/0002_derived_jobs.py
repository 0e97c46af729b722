"""Derived jobs, which are given the pages of another; and steps that wait for what is away."""

import sqlalchemy as sa
from alembic import op

from workers.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column to each; workers that do not know them yet can go on."""
    op.add_column("jobs", sa.Column("derived_from", sa.String(length=40), nullable=True))
    op.add_column("steps", sa.Column("stalled_since", UtcDateTime(timezone=True), nullable=True))
