"""The fields of each type of record, and what each may hold."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TEXT_LIMIT = 20_000
FILES_LIMIT = 30
CUSTOM_BYTES = 5 * 1024
IMPORTED = "imported"
"""Where `custom` says what a record was called before, and when it was written."""

_USER_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._@:+=-]{0,79}")
_ADDRESS = re.compile(r"https?://\S+")

Check = Callable[[Any], str | None]
"""What is wrong with a value, in a few words; None where nothing is."""


@dataclass(frozen=True, slots=True)
class Form:
    """A type's fields: those that it must have, and those that it may."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)

    def wrong(self, said: Mapping[str, Any]) -> list[str]:
        """What is wrong with a record, field by field."""
        checks = {**self.required, **self.optional}
        found = [f"{name} is missing" for name in self.required if name not in said]
        found += [f"{name} is no field of it" for name in said if name not in checks and name != "type"]
        for name, check in checks.items():
            if name in said and (why := check(said[name])):
                found.append(f"{name} {why}")
        return found


def _string(longest: int, *, shortest: int = 1) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return "is no string"
        return None if shortest <= len(value) <= longest else f"has not {shortest} to {longest} characters"

    return check


def _matching(pattern: re.Pattern[str], words: str) -> Check:
    return lambda value: None if isinstance(value, str) and pattern.fullmatch(value) else words


def _one_of(*values: str) -> Check:
    return lambda value: None if value in values else f"is none of {', '.join(values)}"


def _list(check: Check, longest: int | None = None) -> Check:
    def check_all(value: Any) -> str | None:
        if not isinstance(value, list):
            return "is no list"
        if longest is not None and len(value) > longest:
            return f"has more than {longest} entries"
        return next((f"has an entry that {why}" for why in map(check, value) if why), None)

    return check_all


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else "is neither true nor false"


def _moment(value: Any) -> str | None:
    try:
        has_zone = datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        has_zone = False
    return None if has_zone else "is no time such as 2026-11-23T09:00:00Z"


def _custom(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "is no object"
    if IMPORTED in value:
        return f"has a field {IMPORTED}, where the import writes"
    too_large = len(json.dumps(value, ensure_ascii=False).encode()) > CUSTOM_BYTES - 512
    return f"is larger than {CUSTOM_BYTES - 512} bytes" if too_large else None


_user = _matching(_USER_ID, "is no user's id: 80 of A-Z, a-z, 0-9 and . _ @ : + = - at most, not a . first")
_own_id = _string(200)
_avatar = _matching(_ADDRESS, "is no address of http or https")

FORMS = {
    "user": Form(
        {"user_id": _user},
        {"name": _string(100), "avatar_url": _avatar, "languages": _list(_string(8), 5), "custom": _custom},
    ),
    "conversation": Form(
        {"conversation_id": _own_id, "conversation_type": _one_of("direct", "group", "channel"), "created_by": _user},
        {
            "name": _string(100),
            "avatar_url": _avatar,
            "members": _list(_user),
            "history": _one_of("full", "joined"),
            "custom": _custom,
        },
    ),
    "membership": Form(
        {"conversation_id": _own_id, "user_id": _user}, {"role": _one_of("member", "moderator", "admin", "owner")}
    ),
    "message": Form(
        {"message_id": _own_id, "conversation_id": _own_id, "author_id": _user},
        {
            "text": _string(TEXT_LIMIT, shortest=0),
            "attachments": _list(_string(1000), FILES_LIMIT),
            "parent_id": _own_id,
            "show_in_conversation": _boolean,
            "mentions": _list(_user, 100),
            "created_at": _moment,
            "custom": _custom,
        },
    ),
    "reaction": Form({"message_id": _own_id, "user_id": _user, "reaction": _string(64)}),
}
