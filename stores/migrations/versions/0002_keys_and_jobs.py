"""Keys and jobs."""

import sqlalchemy as sa
from alembic import op

from stores.columns import MomentColumn

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", MomentColumn(), nullable=True),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("created_at", MomentColumn(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index("waiting_jobs", "jobs", ["state", "created_at"], unique=False)
    op.create_table(
        "keys",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", MomentColumn(), nullable=False),
        sa.Column("expires_at", MomentColumn(), nullable=True),
        sa.Column("revoked_at", MomentColumn(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("key_id"),
    )
