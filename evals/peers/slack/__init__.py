"""A fake Slack that behaves as Slack does, for tests and for a demo.

python -m evals.peers.slack --port 8750
"""

from evals.peers.slack.deliveries import Delivery, Pace
from evals.peers.slack.faults import CallFault, Chances, Faults, Repeat
from evals.peers.slack.people import Posted
from evals.peers.slack.server import FakeSlack
from evals.peers.slack.signed import Answer, Forgery
from evals.peers.slack.transcript import Transcript
from evals.peers.slack.webapi import Call
from evals.peers.slack.workspace import Message, Status

__all__ = [
    "Answer", "Call", "CallFault", "Chances", "Delivery", "FakeSlack", "Faults", "Forgery",
    "Message", "Pace", "Posted", "Repeat", "Status", "Transcript",
]  # fmt: skip
