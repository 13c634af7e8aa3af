"""Readings say since when they hold, and what held before is kept.

What stood there before is known to hold since it was last seen, not longer.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "state2"
down_revision = "state1"


def upgrade() -> None:
    """Add `since` to the readings, and the table of those that no longer hold."""
    op.add_column("reading", sa.Column("since", sa.Float, nullable=True))
    op.execute("UPDATE reading SET since = at")
    with op.batch_alter_table("reading") as batch:
        batch.alter_column("since", existing_type=sa.Float(), nullable=False)
    op.create_table(
        "reading_past",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("device", "object", "index", "value")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("since", "until")),
    )
    op.create_index("reading_past_device", "reading_past", ["device", "object"])


def downgrade() -> None:
    """Forget what held before, and since when."""
    op.drop_table("reading_past")
    with op.batch_alter_table("reading") as batch:
        batch.drop_column("since")
