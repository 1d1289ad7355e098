"""Which of a user's conversations a list shows, and in which order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley import clock
from parley.identity.declared_keys import Order, fits
from parley.messaging.conversations.entries import Entry
from parley.messaging.conversations.kept import Row, state_of
from parley.messaging.vocabulary import ConversationType
from parley.tables.attributes import listed_texts, required_text, text
from parley.tables.cursors import Listing


@dataclass(frozen=True, slots=True)
class Filters:
    """Which conversations to list; `q` is the beginning of a name, in whatever spelling.

    Those that are archived, in the caller's own archive or hidden only where they are asked for. `custom` is what
    declared keys are to say; without an `order` the newest activity comes first. Pinned ones come first in every order.
    """

    type: ConversationType | None = None
    declared_type: str | None = None
    archived: bool = False
    archived_for_me: bool = False
    hidden: bool = False
    pinned: bool | None = None
    label: str | None = None
    q: str | None = None
    updated_since: datetime | None = None
    custom: Mapping[str, Any] | None = None
    order: Order | None = None

    @property
    def since(self) -> int | None:
        return None if self.updated_since is None else clock.from_datetime(self.updated_since)

    @property
    def of_list(self) -> bool:
        """Whether they ask for conversations of the list itself, and not for what is out of it."""
        return not (self.archived or self.archived_for_me or self.hidden)

    @property
    def listing(self) -> Listing:
        """What a cursor belongs to."""
        custom = None if self.custom is None else json.dumps(self.custom, sort_keys=True)
        order = None if self.order is None else f"{self.order.name}:{self.order.kind}"
        descending = self.order is not None and self.order.descending
        states = (self.archived, self.archived_for_me, self.hidden, self.pinned)
        kinds = (self.type, self.declared_type)
        return ("conversations", *kinds, *states, self.label, self.q, self.since, custom, order, descending)

    def place(self, one: Entry | Row) -> str:
        """Where a conversation stands: lists run from the greatest place down."""
        place = one.place
        return place if self.order is None else place[0] + self.order.place(one.declared) + place[1:]

    def pass_entry(self, entry: Entry) -> bool:
        """Whether a conversation is to be listed, as it is now."""
        declared_type = text(entry.membership, "declared_type")
        if not self._is_of_kind(required_text(entry.membership, "type"), declared_type):
            return False
        state = (entry.is_archived, entry.is_archived_for_me, entry.is_hidden)
        if state != (self.archived, self.archived_for_me, self.hidden) or self.pinned not in (None, entry.is_pinned):
            return False
        if self.label is not None and self.label not in listed_texts(entry.membership, "labels"):
            return False
        if self.q is not None and not _is_named(entry, self.q):
            return False
        if self.custom is not None and not fits(entry.declared, self.custom):
            return False
        return self.since is None or entry.changed_at >= self.since

    def _is_of_kind(self, built_in: str, declared_type: str | None) -> bool:
        return self.type in (None, built_in) and self.declared_type in (None, declared_type)

    def pass_row(self, row: Row) -> bool:
        """The same of a row of a kept list, which knows no names."""
        if not self._is_of_kind(row.type, row.declared_type) or self.pinned not in (None, row.is_pinned):
            return False
        wanted = state_of(
            archived=self.archived, hidden=self.hidden, archived_for_me=self.archived_for_me, pinned=row.is_pinned
        )
        if row.state != wanted or (self.label is not None and self.label not in row.labels):
            return False
        if self.custom is not None and not fits(row.declared, self.custom):
            return False
        return self.since is None or row.changed_at >= self.since


def _is_named(entry: Entry, typed: str) -> bool:
    """Whether its name begins with what was typed."""
    from parley.text.names import begins  # noqa: PLC0415 - 4 ms of expressions that most lists never need

    return begins(text(entry.conversation, "name") or "", typed)
