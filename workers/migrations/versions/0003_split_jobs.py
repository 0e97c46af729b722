"""Jobs whose file may hold several documents, and how many were found in it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns; programs that do not know them yet can go on, and their rows do not split."""
    for table in ("batches", "jobs"):
        splits: sa.Column[bool] = sa.Column(
            "splits", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, splits)
    op.add_column("jobs", sa.Column("num_parts", sa.Integer(), nullable=True))
