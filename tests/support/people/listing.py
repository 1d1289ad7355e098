"""What a person's client shows: the list of conversations, and every page of a list."""

from collections.abc import Iterator
from typing import Any, cast

from tests.support.people.people import Person


def listed(who: Person, conversation_id: str) -> dict[str, Any]:
    """A conversation as the person's list shows it."""
    (found,) = [one for one in who.get("/v1/conversations", limit=100)["data"] if one["id"] == conversation_id]
    return cast("dict[str, Any]", found)


def preview_of(who: Person, conversation_id: str) -> dict[str, Any]:
    """The newest message as the list shows it."""
    return cast("dict[str, Any]", listed(who, conversation_id)["last_message"])


def unread_of(who: Person, conversation_id: str) -> int:
    return int(listed(who, conversation_id)["unread_count"])


def pages_of(who: Person, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Every page of a list, from its beginning to its end."""
    cursor: dict[str, str] = {}
    for _ in range(1_000):
        page = who.get(path, **query, **cursor)
        assert page.status == 200, page.text
        yield page.body
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}
    raise AssertionError("the pages never end")
