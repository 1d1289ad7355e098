"""What push services take: whatever is written, a payload fits and leads to the message."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.ids import MAX_SEQ, MessageAddress
from parley.push import payloads
from parley.push.payloads import Notice
from parley.push.schemas import Platform

ADDRESS = MessageAddress("0" * 26, 7)
LONGEST = MessageAddress("0" * 26, MAX_SEQ, MAX_SEQ)


def composed(**changes: Any) -> Notice:
    given_words: dict[str, Any] = {
        "author_id": "alice",
        "author": "Alice",
        "conversation": "general",
        "text": "Lunch?",
        "attachments": 0,
        "content": "full",
    }
    return payloads.compose(ADDRESS, **given_words | changes)


def payload_of(platform: Platform, notice: Notice, badge: int | None = None) -> dict[str, Any]:
    (text,) = json.loads(payloads.message_for(platform, notice, badge)).values()
    return dict(json.loads(text))


@given(
    text=st.text(max_size=2000),
    author=st.text(max_size=300),
    conversation=st.none() | st.text(max_size=300),
    author_id=st.text("aZ9._@", min_size=80, max_size=80),
    attachments=st.integers(0, 30),
    content=st.sampled_from(["full", "sender", "none"]),
    badge=st.none() | st.integers(0, 10**9),
    platform=st.sampled_from(["apns", "apns_sandbox", "fcm"]),
)
def test_whatever_is_written_a_payload_fits(
    text: str,
    author: str,
    conversation: str | None,
    author_id: str,
    attachments: int,
    content: str,
    badge: int | None,
    platform: Platform,
) -> None:
    notice = payloads.compose(
        LONGEST,
        author_id=author_id,
        author=author,
        conversation=conversation,
        text=text,
        attachments=attachments,
        content=content,
    )
    (payload,) = json.loads(payloads.message_for(platform, notice, badge)).values()
    assert len(payload.encode()) <= payloads.LIMIT_BYTES
    assert len(str(notice.address).encode()) <= 64, "a collapse id of APNs"


def test_the_longest_that_json_must_escape_fits() -> None:
    worst = "\\" * 5000
    notice = payloads.compose(
        LONGEST, author_id="a" * 80, author=worst, conversation=worst, text=worst, attachments=0, content="full"
    )
    platforms: tuple[Platform, ...] = ("apns", "fcm")
    for platform in platforms:
        (payload,) = json.loads(payloads.message_for(platform, notice, 1)).values()
        assert len(payload.encode()) <= payloads.LIMIT_BYTES


def test_apns_groups_by_conversation_and_lets_an_extension_change_what_is_shown() -> None:
    payload = payload_of("apns", composed(), badge=3)
    assert payload["aps"] == {
        "alert": {"title": "general", "body": "Alice: Lunch?"},
        "sound": "default",
        "thread-id": "0" * 26,
        "mutable-content": 1,
        "badge": 3,
    }
    assert "badge" not in payload_of("apns", composed())["aps"]


def test_fcm_is_a_v1_message_whose_data_are_strings() -> None:
    message = payload_of("fcm", composed(), badge=3)["fcmV1Message"]["message"]
    assert message["notification"] == {"title": "general", "body": "Alice: Lunch?"}
    assert all(isinstance(value, str) for value in message["data"].values())
    assert message["android"] == {
        "priority": "HIGH",
        "collapse_key": "0" * 26,
        "ttl": "86400s",
        "notification": {"tag": str(ADDRESS), "notification_count": 3},
    }


def test_sns_finds_the_payload_by_its_own_name_of_the_platform() -> None:
    names: dict[Platform, str] = {"apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "fcm": "GCM"}
    for platform, name in names.items():
        assert list(json.loads(payloads.message_for(platform, composed(), None))) == [name]


def test_a_copy_takes_the_place_of_the_first() -> None:
    attributes = payloads.attributes_for("apns", composed())
    assert {name.rsplit(".", 1)[1]: value["StringValue"] for name, value in attributes.items()} == {
        "PUSH_TYPE": "alert",
        "PRIORITY": "10",
        "COLLAPSE_ID": str(ADDRESS),
        "TTL": "86400",
    }
    assert "AWS.SNS.MOBILE.APNS_SANDBOX.TTL" in payloads.attributes_for("apns_sandbox", composed())
    assert payloads.attributes_for("fcm", composed()) == {}


@pytest.mark.parametrize(
    ("text", "attachments", "shown"),
    [
        ("Lunch?", 2, "Lunch?"),
        ("two\n\n lines\t", 0, "two lines"),
        ("", 1, "Attachment"),
        (" ", 3, "3 attachments"),
        ("x" * 300, 0, "x" * 239 + "…"),
        ("half a \ud83d pair", 0, "half a ? pair"),
    ],
)
def test_the_preview_is_the_beginning_on_one_line(text: str, attachments: int, shown: str) -> None:
    assert payloads.preview(text, attachments) == shown


def test_a_direct_message_is_titled_by_who_wrote_it() -> None:
    notice = composed(conversation=None)
    assert (notice.title, notice.body) == ("Alice", "Lunch?")
