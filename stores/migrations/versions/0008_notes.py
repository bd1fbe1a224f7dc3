"""Notes of every kind, with validity and the figures they show; feedback that was looked at"""

import sqlalchemy as sa
from alembic import op

from stores.columns import MomentColumn

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("notes") as notes:
        notes.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="segment"))
        notes.add_column(sa.Column("about", sa.Text(), nullable=False, server_default=""))
        notes.add_column(sa.Column("sources", sa.JSON(), nullable=False, server_default="[]"))
        notes.add_column(sa.Column("version", sa.Integer(), nullable=True))
        notes.add_column(sa.Column("valid_from", MomentColumn(), nullable=True))
        notes.add_column(sa.Column("valid_until", MomentColumn(), nullable=True))
        for name in ("dataset_id", "snapshot_id", "segment_id"):
            notes.alter_column(name, existing_type=sa.String(), nullable=True)
    # Notes of before were all of segments, true from their snapshot on.
    op.execute(
        "UPDATE notes SET valid_from = (SELECT as_of FROM snapshots "
        "WHERE snapshots.snapshot_id = notes.snapshot_id)"
    )
    op.execute(
        "UPDATE notes SET about = (SELECT name FROM segments "
        "WHERE segments.segment_id = notes.segment_id)"
    )
    with op.batch_alter_table("feedback") as feedback:
        feedback.add_column(sa.Column("settled_as", sa.String(), nullable=True))
        feedback.add_column(sa.Column("settled_by", sa.String(), nullable=True))
        feedback.add_column(sa.Column("settled_at", MomentColumn(), nullable=True))
