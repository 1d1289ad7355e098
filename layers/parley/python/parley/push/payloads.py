"""Push payloads: what a phone is shown of a message, for APNs and FCM v1, as SNS takes them.

Both services take 4 KiB. The preview is cut so that nothing else is ever cut: 240 characters are at most 1,440 bytes of
JSON. A push carries ids beside what it shows, so that an app can fetch the message and show it in its own way.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.ids import MessageAddress
from parley.push.schemas import Platform

LIMIT_BYTES = 4096
PREVIEW_CHARACTERS = 240
LASTS_SECONDS = 24 * 3600
"""How long a push service tries to reach a phone."""
NEW_MESSAGE = "New message"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown, and where it leads: to a message or, with the number 0, to the conversation."""

    address: MessageAddress
    author_id: str
    title: str
    body: str
    type: str = "message.created"


def compose(
    address: MessageAddress,
    *,
    author_id: str,
    author: str,
    conversation: str | None,
    text: str,
    attachments: int,
    location: Mapping[str, Any] | None = None,
    content: str,
) -> Notice:
    """The words of a push; `conversation` is a group's or channel's name, None in a direct conversation.

    `author` is empty where the tenant's back end says it for no user.
    `content` is the tenant's setting `push_content`: `none` shows neither names nor text, `sender` no text.
    """
    if content == "none":
        return Notice(address, author_id, NEW_MESSAGE, "")
    said = preview(text, attachments, location) if content == "full" else NEW_MESSAGE
    if conversation is None:
        return Notice(address, author_id, _cut(author, 100) or NEW_MESSAGE, said)
    by = f"{_cut(author, 100)}: " if author else ""
    return Notice(address, author_id, _cut(conversation, 100), by + said)


def preview(text: str, attachments: int, location: Mapping[str, Any] | None = None) -> str:
    """The beginning of a text on one line, or what is attached where there is none."""
    said = _cut(text, PREVIEW_CHARACTERS)
    if said:
        return said
    if location is not None:
        return _cut(location.get("name") or "Location", PREVIEW_CHARACTERS)
    if not attachments:
        return said
    return "Attachment" if attachments == 1 else f"{attachments} attachments"


def _cut(text: str, characters: int) -> str:
    line = " ".join(text.encode(errors="replace").decode().split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def message_for(platform: Platform, notice: Notice, badge: int | None) -> str:
    """The message that SNS takes with `MessageStructure` `json`."""
    name = {"apns": "APNS", "apns_sandbox": "APNS_SANDBOX", "fcm": "GCM"}[platform]
    payload = fcm(notice, badge) if platform == "fcm" else apns(notice, badge)
    return json.dumps({name: _dump(payload)}, ensure_ascii=False)


def _dump(payload: dict[str, Any]) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def attributes_for(platform: Platform, notice: Notice) -> dict[str, Any]:
    """What goes to APNs in headers: a copy of the same message takes the place of the first.

    Messages of FCM carry all of that themselves.
    """
    if platform == "fcm":
        return {}
    lasts = "APNS_SANDBOX" if platform == "apns_sandbox" else "APNS"
    values = {
        "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
        "AWS.SNS.MOBILE.APNS.PRIORITY": "10",
        "AWS.SNS.MOBILE.APNS.COLLAPSE_ID": str(notice.address),
        f"AWS.SNS.MOBILE.{lasts}.TTL": str(LASTS_SECONDS),
    }
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


def apns(notice: Notice, badge: int | None) -> dict[str, Any]:
    """Grouped by conversation; an extension of the app may change it before it is shown."""
    alert = {"title": notice.title} | ({"body": notice.body} if notice.body else {})
    aps: dict[str, Any] = {
        "alert": alert,
        "sound": "default",
        "thread-id": notice.address.conversation_id,
        "mutable-content": 1,
    }
    if badge is not None:
        aps["badge"] = badge
    return {"aps": aps, "parley": _reference(notice)}


def fcm(notice: Notice, badge: int | None) -> dict[str, Any]:
    """A notification with data. While a phone is away, FCM keeps the newest of a conversation."""
    shown: dict[str, Any] = {"tag": str(notice.address)}
    if badge is not None:
        shown["notification_count"] = badge
    notification = {"title": notice.title} | ({"body": notice.body} if notice.body else {})
    android = {
        "priority": "HIGH",
        "collapse_key": notice.address.conversation_id,
        "ttl": f"{LASTS_SECONDS}s",
        "notification": shown,
    }
    message = {"notification": notification, "data": _reference(notice), "android": android}
    return {"fcmV1Message": {"message": message}}


def _reference(notice: Notice) -> dict[str, str]:
    """FCM takes strings alone."""
    address = notice.address
    reference = {
        "type": notice.type,
        "conversation_id": address.conversation_id,
        "author_id": notice.author_id,
    }
    if address.seq:
        reference |= {"message_id": str(address), "seq": str(address.seq)}
    return reference | ({"parent_id": str(address.root)} if address.root else {})
