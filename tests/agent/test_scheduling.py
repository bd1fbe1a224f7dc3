"""Digests in a conversation: the channel and schedule that are named, the asker's yes."""

import pytest
from conftest import Ask

from agent.scheduling import digest_intent, subscription
from stores.digests import DigestStore
from tools.context import Context


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("send a digest to C0123 every Monday", "subscribe_digest"),
        ("can you post us a weekly summary in slack", "subscribe_digest"),
        ("I want a weekly update", "subscribe_digest"),
        ("which digests do I have?", "list_digests"),
        ("did my digest arrive", "list_digests"),
        ("what would the next digest say?", "preview_digest"),
        ("what changed last week", ""),
        ("customers with monthly orders", ""),
    ],
)
def test_what_is_wanted_of_digests(question: str, intent: str) -> None:
    assert digest_intent(question) == intent


@pytest.mark.parametrize(
    ("question", "cron"),
    [
        ("send a digest to C012AB", "0 9 * * mon"),
        ("send a digest to C012AB every Friday at 4pm", "0 16 * * fri"),
        ("post a digest to C012AB on tuesdays and thursdays at 8:30", "30 8 * * tue,thu"),
        ("a digest to C012AB on weekdays at 12 am", "0 0 * * mon-fri"),
        ("a daily digest to C012AB", "0 9 * * *"),
        ("a monthly summary to C012AB", "0 9 1 * *"),
    ],
)
def test_when_it_comes(question: str, cron: str) -> None:
    assert subscription(question) == {"name": "Who moved", "channel": "C012AB", "cron": cron}


def test_a_digest_is_subscribed_to_at_the_askers_yes(ask: Ask, context: Context) -> None:
    vague, _ = ask("send us a digest every friday")
    assert vague.kind == "clarify" and "Slack channel" in vague.text
    asked, _ = ask("send a digest called Fridays to C012AB every friday at 8")
    assert asked.kind == "confirm" and "Post a digest of 'corner'" in asked.text
    assert not DigestStore(context.home).all("local")
    done, _ = ask("yes", None, asked.thread_id)
    assert (done.kind, done.withheld) == ("answer", 0) and "'Fridays' is set up" in done.text
    (kept,) = DigestStore(context.home).all("local")
    assert (kept.cron, kept.target["address"]) == ("0 8 * * fri", "C012AB")
    told, _ = ask("which digests do I have?")
    assert told.withheld == 0 and "- 'Fridays': active, last delivery: not sent yet" in told.text


def test_what_a_digest_would_say(ask: Ask) -> None:
    told, _ = ask("what would the next digest say?")
    assert (told.kind, told.withheld) == ("answer", 0) and told.text
