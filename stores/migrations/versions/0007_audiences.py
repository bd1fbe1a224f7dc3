"""Audiences"""

import sqlalchemy as sa
from alembic import op

from stores.columns import MomentColumn

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "audiences",
        sa.Column("audience_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("dataset_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("where_text", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("holdout", sa.Float(), nullable=False),
        sa.Column("created_at", MomentColumn(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["people.person_id"]),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.dataset_id"]),
        sa.PrimaryKeyConstraint("audience_id"),
        sa.UniqueConstraint("owner", "dataset_id", "name"),
    )
    op.create_table(
        "audience_lists",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("audience_id", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.String(), nullable=False),
        sa.Column("as_of", MomentColumn(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("created_at", MomentColumn(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.audience_id"]),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.snapshot_id"]),
        sa.PrimaryKeyConstraint("list_id"),
        sa.UniqueConstraint("audience_id", "snapshot_id"),
    )
    op.create_table(
        "pushes",
        sa.Column("push_id", sa.String(), nullable=False),
        sa.Column("audience_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", MomentColumn(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("created_at", MomentColumn(), nullable=False),
        sa.ForeignKeyConstraint(["audience_id"], ["audiences.audience_id"]),
        sa.ForeignKeyConstraint(["list_id"], ["audience_lists.list_id"]),
        sa.ForeignKeyConstraint(["approved_by"], ["people.person_id"]),
        sa.PrimaryKeyConstraint("push_id"),
        sa.UniqueConstraint("audience_id", "address", "content"),
    )
