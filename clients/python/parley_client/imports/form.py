"""Reads a file of JSON lines and says everything that is wrong with it, before anything is made.

A line is one record: `user`, `conversation`, `membership`, `message` or `reaction`, by its `type`. It comes after the
lines that it names. Only ids are kept in memory, so a file may be as large as its ids allow.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley_client.imports.fields import FORMS


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the file, from 1 on."""

    line: int
    type: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    detail: str


@dataclass(frozen=True, slots=True)
class Known:
    """A conversation as the file has told it so far. `members` has its creator."""

    type: str
    created_by: str
    members: set[str]


@dataclass
class Checked:
    """A file that was read. It may be imported where it has no `problems`."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    conversations: dict[str, Known] = field(default_factory=dict)
    conversation_of: dict[str, str] = field(default_factory=dict)
    """By message."""

    def records(self, *types: str) -> Iterator[Record]:
        """The records of these types, read from the file anew in its order."""
        for record in _records(self.path):
            if isinstance(record, Record) and record.type in types:
                yield record


def check(path: Path) -> Checked:
    """Read the whole file. Raises `OSError` where it cannot be read."""
    checker = _Checker(Checked(path))
    for record in _records(path):
        if isinstance(record, Problem):
            checker.checked.problems.append(record)
        else:
            checker.take(record)
    return checker.checked


def file_of(path: Path, name: str) -> Path | None:
    """The file that a message carries, if it is one and lies in the folder of the file of lines, or below."""
    folder = path.resolve().parent
    found = (folder / name).resolve()
    return found if found.is_relative_to(folder) and found.is_file() else None


def _records(path: Path) -> Iterator[Record | Problem]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _record(number, line)


def _record(number: int, line: bytes) -> Record | Problem:
    try:
        said = json.loads(line)
    except ValueError as wrong:
        return Problem(number, f"it is no JSON: {wrong}")
    if not isinstance(said, dict):
        return Problem(number, "it is no JSON object")
    kind = said.get("type")
    if not isinstance(kind, str) or kind not in FORMS:
        return Problem(number, f"type is none of {', '.join(FORMS)}")
    return Record(number, kind, said)


class _Checker:
    """Holds each record to its form and to the records before it."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self._users: set[str] = set()
        self._replies: set[str] = set()
        self._pairs: set[frozenset[str]] = set()

    def take(self, record: Record) -> None:
        self.checked.counts[record.type] += 1
        wrong = FORMS[record.type].wrong(record.said)
        if not wrong:  # what is wrong in itself names nothing
            wrong = getattr(self, f"_{record.type}")(record.said)
        self.checked.problems += [Problem(record.line, each) for each in wrong]

    def _user(self, said: Mapping[str, Any]) -> list[str]:
        if said["user_id"] in self._users:
            return [f"there is a user {said['user_id']} before it"]
        self._users.add(said["user_id"])
        return []

    def _conversation(self, said: Mapping[str, Any]) -> list[str]:
        name, members = said["conversation_id"], {said["created_by"], *said.get("members", ())}
        wrong = self._unknown_users(sorted(members))
        if name in self.checked.conversations:
            wrong.append(f"there is a conversation {name} before it")
        if said["conversation_type"] == "direct":
            wrong += self._direct(said, frozenset(members))
        self.checked.conversations.setdefault(name, Known(said["conversation_type"], said["created_by"], members))
        return wrong

    def _direct(self, said: Mapping[str, Any], pair: frozenset[str]) -> list[str]:
        wrong = []
        if len(pair) != 2:  # noqa: PLR2004
            wrong.append("a direct conversation has its creator and one other member")
        if "name" in said:
            wrong.append("a direct conversation has no name")
        if pair in self._pairs:
            wrong.append("these two have a direct conversation before it: there is only one")
        self._pairs.add(pair)
        return wrong

    def _membership(self, said: Mapping[str, Any]) -> list[str]:
        conversation = self.checked.conversations.get(said["conversation_id"])
        wrong = self._unknown_users([said["user_id"]])
        if conversation is None:
            return [*wrong, f"there is no conversation {said['conversation_id']} before it"]
        if conversation.type == "direct":
            wrong.append("a direct conversation names its members itself")
        conversation.members.add(said["user_id"])
        return wrong

    def _message(self, said: Mapping[str, Any]) -> list[str]:
        wrong, name = [], said["message_id"]
        conversation = self.checked.conversations.get(said["conversation_id"])
        if conversation is None:
            wrong.append(f"there is no conversation {said['conversation_id']} before it")
        elif said["author_id"] not in conversation.members:
            wrong.append(f"{said['author_id']} is no member of {said['conversation_id']}")
        if name in self.checked.conversation_of:
            wrong.append(f"there is a message {name} before it")
        if not said.get("text") and not said.get("attachments"):
            wrong.append("it has neither text nor attachments")
        missing = (each for each in said.get("attachments", ()) if file_of(self.checked.path, each) is None)
        wrong += [f"there is no file {each} in the folder of this file" for each in missing]
        wrong += self._parent(said)
        self.checked.conversation_of.setdefault(name, said["conversation_id"])
        return wrong

    def _parent(self, said: Mapping[str, Any]) -> list[str]:
        parent = said.get("parent_id")
        if parent is None:
            return ["show_in_conversation is for replies"] if said.get("show_in_conversation") else []
        self._replies.add(said["message_id"])
        if self.checked.conversation_of.get(parent) != said["conversation_id"]:
            return [f"there is no message {parent} before it in this conversation"]
        return [f"{parent} is a reply itself: threads are one level deep"] if parent in self._replies else []

    def _reaction(self, said: Mapping[str, Any]) -> list[str]:
        conversation = self.checked.conversations.get(self.checked.conversation_of.get(said["message_id"], ""))
        if conversation is None:
            return [f"there is no message {said['message_id']} before it"]
        is_member = said["user_id"] in conversation.members
        return [] if is_member else [f"{said['user_id']} is no member of the message's conversation"]

    def _unknown_users(self, user_ids: list[str]) -> list[str]:
        return [f"there is no user {each} before it" for each in user_ids if each not in self._users]
