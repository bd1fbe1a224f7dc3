"""Who named a segment"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "segments",
        sa.Column("named_by", sa.String(), nullable=False, server_default="segue"),
    )
