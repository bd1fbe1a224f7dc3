"""Confirmations"""

import sqlalchemy as sa
from alembic import op

from stores.columns import MomentColumn

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("bound_to", sa.String(), nullable=False),
        sa.Column("expires_at", MomentColumn(), nullable=False),
        sa.Column("spent_at", MomentColumn(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
    )
