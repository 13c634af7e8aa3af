"""What audits said: the newest verdicts of every subject, what moved from one to the next, and each run in numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "state5"
down_revision = "state4"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_kept",
        _text("subject", key=True),
        _text("key"),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("verdicts", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit_move",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        *(_text(name) for name in ("subject", "site", "region", "rule", "before", "after", "change")),
    )
    op.create_index("audit_move_at", "audit_move", ["at"])
    op.create_index("audit_move_change", "audit_move", ["change"])
    op.create_table(
        "audit_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        *(_text(name) for name in ("root", "previous", "scope", "counts")),
        sa.Column("devices", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    for name in ("audit_run", "audit_move", "audit_kept"):
        op.drop_table(name)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)
