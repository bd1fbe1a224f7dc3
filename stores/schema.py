"""The tables of the service state, the same on SQLite and PostgreSQL.

Change one only together with a migration in `stores/migrations/versions`; a test compares the two.
"""

import sqlalchemy as sa

from stores.columns import JSON, LongTextColumn, MomentColumn, TextColumn

metadata = sa.MetaData()

people = sa.Table(
    "people",
    metadata,
    sa.Column("person_id", TextColumn, primary_key=True),
    sa.Column("name", TextColumn, nullable=False),
    sa.Column("role", TextColumn, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("dataset_id", TextColumn, primary_key=True),
    sa.Column("name", TextColumn, nullable=False, unique=True),
    sa.Column("zone", TextColumn, nullable=False),
    sa.Column("currency", TextColumn, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

loads = sa.Table(
    "loads",
    metadata,
    sa.Column("load_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("source", TextColumn, nullable=False),
    sa.Column("content_hash", TextColumn, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("loaded_at", MomentColumn, nullable=False),
    sa.Column("ledger", JSON, nullable=False),
    sa.UniqueConstraint("dataset_id", "content_hash"),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("as_of", MomentColumn, nullable=False),
    sa.Column("state", TextColumn, nullable=False),  # draft, published, superseded
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.Column("evidence", JSON, nullable=False),
    sa.Column("model", JSON, nullable=False),
)
# One published run per dataset.
sa.Index(
    "published_run",
    runs.c.dataset_id,
    unique=True,
    sqlite_where=runs.c.state == "published",
    postgresql_where=runs.c.state == "published",
)

segments = sa.Table(
    "segments",
    metadata,
    sa.Column("segment_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("name", TextColumn, nullable=False),
    sa.Column("profile", TextColumn, nullable=False),
    sa.Column("colour", sa.Integer, nullable=False),
    sa.Column("born_in", sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("retired_in", sa.ForeignKey("runs.run_id")),
    sa.Column("named_by", TextColumn, nullable=False, server_default="segue"),  # or "person"
)

snapshots = sa.Table(
    "snapshots",
    metadata,
    sa.Column("snapshot_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.run_id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("as_of", MomentColumn, nullable=False),
    sa.Column("customers", sa.Integer, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

score_models = sa.Table(
    "score_models",
    metadata,
    sa.Column("model_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("as_of", MomentColumn, nullable=False),
    sa.Column("target", TextColumn, nullable=False),
    sa.Column("horizon_days", sa.Integer, nullable=False),
    sa.Column("report", JSON, nullable=False),
    sa.Column("body", JSON, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

# What is kept for recall. A definition is true of every dataset; others of one, from its snapshot
# on until a newer note stands in its place.
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("note_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id")),
    sa.Column("snapshot_id", sa.ForeignKey("snapshots.snapshot_id")),
    sa.Column("segment_id", sa.ForeignKey("segments.segment_id")),
    sa.Column("text", LongTextColumn, nullable=False),
    sa.Column("embedder", TextColumn, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float32, little endian
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.Column("kind", TextColumn, nullable=False, server_default="segment"),  # stores/notes.py
    sa.Column("about", LongTextColumn, nullable=False, server_default=""),
    sa.Column("sources", JSON, nullable=False, server_default="[]"),  # of [[1]], [[2]], ...
    sa.Column("version", sa.Integer),
    sa.Column("valid_from", MomentColumn),
    sa.Column("valid_until", MomentColumn),
)

threads = sa.Table(
    "threads",
    metadata,
    sa.Column("thread_id", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("state", JSON, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("answer_id", TextColumn, primary_key=True),
    sa.Column("thread_id", sa.ForeignKey("threads.thread_id"), nullable=False),
    sa.Column("question", LongTextColumn, nullable=False),
    sa.Column("answer", LongTextColumn, nullable=False),
    sa.Column("body", JSON, nullable=False),
    sa.Column("asked_at", MomentColumn, nullable=False),
)

receipts = sa.Table(
    "receipts",
    metadata,
    sa.Column("receipt_id", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("body", JSON, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("key_id", TextColumn, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("label", TextColumn, nullable=False),
    sa.Column("hash", TextColumn, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.Column("expires_at", MomentColumn),
    sa.Column("revoked_at", MomentColumn),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("job_id", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("kind", TextColumn, nullable=False),
    sa.Column("arguments", JSON, nullable=False),
    sa.Column("state", TextColumn, nullable=False),  # queued, running, done, failed, cancelled
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lease_until", MomentColumn),
    sa.Column("progress", TextColumn, nullable=False),
    sa.Column("cancel_asked", sa.Boolean, nullable=False),
    sa.Column("result", JSON),
    sa.Column("error", JSON),
    sa.Column("created_at", MomentColumn, nullable=False),
)
sa.Index("waiting_jobs", jobs.c.state, jobs.c.created_at)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("digest_id", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("name", TextColumn, nullable=False),
    sa.Column("cron", TextColumn, nullable=False),
    sa.Column("zone", TextColumn, nullable=False),
    sa.Column("target", JSON, nullable=False),  # kind slack or webhook, and its address
    sa.Column("state", TextColumn, nullable=False),  # active, paused
    sa.Column("last_snapshot_id", sa.ForeignKey("snapshots.snapshot_id")),
    sa.Column("next_at", MomentColumn, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("owner", "name"),
)

# The outbox: what is to reach somebody outside, and whether it did.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", TextColumn, primary_key=True),
    sa.Column("digest_id", sa.ForeignKey("digests.digest_id"), nullable=False),
    sa.Column("occurrence", TextColumn, nullable=False),
    sa.Column("state", TextColumn, nullable=False),  # composing, pending, sent, failed, unknown
    sa.Column("body", JSON, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("try_after", MomentColumn, nullable=False),
    sa.Column("lease_until", MomentColumn),
    sa.Column("outcome", JSON),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("digest_id", "occurrence"),
)

slack_people = sa.Table(
    "slack_people",
    metadata,
    sa.Column("team_id", TextColumn, primary_key=True),
    sa.Column("user_id", TextColumn, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.person_id"), nullable=False),
)

# Each author in a Slack thread has a thread of their own here: nobody reads another's state.
slack_threads = sa.Table(
    "slack_threads",
    metadata,
    sa.Column("team_id", TextColumn, primary_key=True),
    sa.Column("channel", TextColumn, primary_key=True),
    sa.Column("thread_ts", TextColumn, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.person_id"), primary_key=True),
    sa.Column("thread_id", sa.ForeignKey("threads.thread_id"), nullable=False),
)

# A question that came in over Slack, from its claim to its one final message.
slack_questions = sa.Table(
    "slack_questions",
    metadata,
    sa.Column("event_id", TextColumn, primary_key=True),
    sa.Column("team_id", TextColumn, nullable=False),
    sa.Column("channel", TextColumn, nullable=False),
    sa.Column("message_ts", TextColumn, nullable=False),
    sa.Column("thread_ts", TextColumn, nullable=False),
    sa.Column("user_id", TextColumn, nullable=False),
    sa.Column("text", LongTextColumn, nullable=False),
    sa.Column("state", TextColumn, nullable=False),  # as stores/slack.py says
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lease_until", MomentColumn),
    sa.Column("answer_id", TextColumn),
    sa.Column("reply_ts", TextColumn),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("team_id", "channel", "message_ts"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("answer_id", TextColumn, primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.person_id"), primary_key=True),
    sa.Column("value", TextColumn, nullable=False),  # good, bad
    sa.Column("given_at", MomentColumn, nullable=False),
    sa.Column("settled_as", TextColumn),  # verified, dismissed
    sa.Column("settled_by", TextColumn),
    sa.Column("settled_at", MomentColumn),
)

# What somebody was asked to agree to; a token is spent once.
confirmations = sa.Table(
    "confirmations",
    metadata,
    sa.Column("token_hash", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column(
        "bound_to", TextColumn, nullable=False
    ),  # hash of the tool, its arguments, the version
    sa.Column("expires_at", MomentColumn, nullable=False),
    sa.Column("spent_at", MomentColumn),
)

# That somebody was erased, and never who: which records of which version went, at whose wish.
erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("erasure_id", TextColumn, primary_key=True),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("person_id", sa.ForeignKey("people.person_id"), nullable=False),  # who erased
    sa.Column("state", TextColumn, nullable=False),  # pending, done
    sa.Column("digest", TextColumn),  # of the customer's id, while it is pending
    sa.Column("version", sa.Integer),  # the first one without the customer
    sa.Column("counts", JSON, nullable=False),
    sa.Column("started_at", MomentColumn, nullable=False),
    sa.Column("finished_at", MomentColumn),
)

# Keyed digests of erased ids: a file that is loaded again does not bring anybody back.
erased_customers = sa.Table(
    "erased_customers",
    metadata,
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), primary_key=True),
    sa.Column("digest", TextColumn, primary_key=True),
)

erasure_salts = sa.Table(
    "erasure_salts",
    metadata,
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), primary_key=True),
    sa.Column("salt", TextColumn, nullable=False),
)

# A selection that was saved under a name; its people lie in files beside, a list for a snapshot.
audiences = sa.Table(
    "audiences",
    metadata,
    sa.Column("audience_id", TextColumn, primary_key=True),
    sa.Column("owner", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("dataset_id", sa.ForeignKey("datasets.dataset_id"), nullable=False),
    sa.Column("name", TextColumn, nullable=False),
    sa.Column("filter", JSON, nullable=False),
    sa.Column("where_text", LongTextColumn, nullable=False),
    sa.Column("sentence", LongTextColumn, nullable=False),
    sa.Column("holdout", sa.Float, nullable=False),  # a share, 0 to 1
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("owner", "dataset_id", "name"),
)

audience_lists = sa.Table(
    "audience_lists",
    metadata,
    sa.Column("list_id", TextColumn, primary_key=True),
    sa.Column("audience_id", sa.ForeignKey("audiences.audience_id"), nullable=False),
    sa.Column("snapshot_id", sa.ForeignKey("snapshots.snapshot_id"), nullable=False),
    sa.Column("as_of", MomentColumn, nullable=False),
    sa.Column("customers", sa.Integer, nullable=False),
    sa.Column("held_out", sa.Integer, nullable=False),
    sa.Column("entered", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("audience_id", "snapshot_id"),
)

# What somebody approved to be sent to an address, and whether it arrived.
pushes = sa.Table(
    "pushes",
    metadata,
    sa.Column("push_id", TextColumn, primary_key=True),
    sa.Column("audience_id", sa.ForeignKey("audiences.audience_id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # of the audience's pushes, from 1
    sa.Column("list_id", sa.ForeignKey("audience_lists.list_id"), nullable=False),
    sa.Column("address", LongTextColumn, nullable=False),
    sa.Column("content", TextColumn, nullable=False),  # digest of what was approved
    sa.Column("approved_by", sa.ForeignKey("people.person_id"), nullable=False),
    sa.Column("state", TextColumn, nullable=False),  # sending, sent, failed, unknown
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("parts_sent", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("lease_until", MomentColumn),
    sa.Column("outcome", JSON),
    sa.Column("created_at", MomentColumn, nullable=False),
    sa.UniqueConstraint("audience_id", "address", "content"),
)
