"""Reactions: one for each user and kind, counted exactly.

The annotations beside a message (`parley.messaging.messages.annotations`) name the first 50 users of a kind, in a
set: 1 WRU to add or take away. Each user past them has an item of their own, written in a transaction with a counter.
As long as that counter is not zero nobody enters the set, so nobody is in both.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from parley import ids
from parley.errors import InvalidCursor, MessageDeleted, MessageNotFound, TooManyReactions, Unavailable
from parley.identity.caller import Caller
from parley.messaging.items import OverflowReactionItem
from parley.messaging.messages.annotations import (
    IS_TAKING,
    NOTHING_OWN,
    OVERFLOW_PREFIX,
    USERS_PREFIX,
    kinds_of,
    overflow_of,
    own_of,
    read_annotations,
    users_of,
)
from parley.messaging.messages.reactions.emoji import check_reaction, reaction_from_path
from parley.messaging.messages.reactions.schemas import Reaction, ReactionCounts
from parley.messaging.messages.reading import (
    Place,
    access_message,
    access_message_to_take_back,
    access_message_to_write,
    check_alive,
    confirm,
    seems_done,
)
from parley.messaging.messages.schemas import ReactionSummary
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, required_text, texts
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import (
    Condition,
    Update,
    absent,
    contains,
    equals,
    exists,
    greater,
    holds,
    holds_fewer,
    holds_more,
)
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.wire import Page

MAX_KINDS = 20
USERS_KEPT = 50
ATTEMPTS = 8
_LISTING = ("reactions",)


def do_react(caller: Caller, message_id: str, given: str) -> tuple[ReactionCounts, bool]:
    """React to a message; whether the reaction is new. 3.5 RRU, 1 WRU; past 50 users of a kind 5 WRU.

    Raises `InvalidReaction`, `TooManyReactions` for a 21st kind, `MessageDeleted`, and what `access_message_to_write`
    raises.
    """
    reaction = check_reaction(given)
    found = access_message_to_write(caller, message_id, "react", shadowed=True)
    check_alive(found.item)
    if seems_done(caller, found):
        return _seeming(caller, found.place, reaction), True
    change = _Change(found.place, reaction, caller.user_id)
    raw, is_new = _add(change)
    if is_new:
        confirm(caller, found.place, lambda: _remove(change), "react")
    own = own_of(caller.user_id, [raw]).get(found.place.annotations, NOTHING_OWN)
    reactions = read_annotations(raw, caller.user_id, own).reactions
    return ReactionCounts(message_id=str(found.place.address), reactions=reactions), is_new


def _seeming(caller: Caller, place: Place, reaction: str) -> ReactionCounts:
    """What who is shadow-banned is answered: nobody is shown their reaction. 1 RRU."""
    raw = dynamodb.get(settings().chat_table, place.annotations, consistent=True)
    reactions = read_annotations(raw, caller.user_id).reactions
    there = reactions.get(reaction, ReactionSummary(count=0, mine=False))
    reactions[reaction] = ReactionSummary(count=there.count + (not there.mine), mine=True)
    return ReactionCounts(message_id=str(place.address), reactions=reactions)


def do_unreact(caller: Caller, message_id: str, segment: str) -> None:
    """Take a reaction back; one that is not there is no refusal. 1.5 RRU, 1 WRU for the only user of its kind, else 2.

    Raises `InvalidReaction`, and what `access_message_to_take_back` raises.
    """
    reaction = reaction_from_path(segment)
    found = access_message_to_take_back(caller, message_id)
    _remove(_Change(found.place, reaction, caller.user_id))


def withdraw(place: Place, kind: str, user_id: str) -> None:
    """Take back a user's reaction, whoever asks; absent is fine. 1 WRU, past 50 users of a kind 4."""
    _remove(_Change(place, kind, user_id))


def do_list_reactions(caller: Caller, message_id: str, *, limit: int, cursor: str | None) -> Page[Reaction]:
    """Who reacted with what, by kind and user. Raises `InvalidCursor`, and what `access_message` raises."""
    found = access_message(caller, message_id, beside=lambda place: place.annotations, consistent=True, shadowed=True)
    if found.item.void:
        raise MessageNotFound
    raw = found.beside if found.item.deleted_at is None else None
    after = ("", "") if cursor is None else _position(cursor)
    data: list[Reaction] = []
    for reaction, user_id in _reactors(found.place, raw or {}, after, limit + 1):
        if len(data) == limit:
            last = data[-1]
            return Page(data=data, next_cursor=cursors.encode([last.reaction, last.user_id], _LISTING))
        data.append(Reaction(reaction=reaction, user_id=user_id))
    return Page(data=data)


def _position(cursor: str) -> tuple[str, str]:
    match cursors.decode(cursor, _LISTING):
        case [str(reaction), str(user_id)] if ids.is_user_id(user_id):
            return reaction, user_id
        case _:
            raise InvalidCursor


def _reactors(place: Place, raw: RawItem, after: tuple[str, str], limit: int) -> Iterator[tuple[str, str]]:
    """Kinds and users after a position, in order, at most about `limit` of a kind."""
    for kind in kinds_of(raw):
        if kind < after[0]:
            continue
        passed = after[1] if kind == after[0] else ""
        named = sorted(user_id for user_id in users_of(raw, kind) if user_id > passed)
        others = _overflowed(place, kind, passed, limit) if overflow_of(raw, kind) > 0 else []
        for user_id in heapq.merge(named, others):
            yield kind, user_id


def _overflowed(place: Place, kind: str, passed: str, limit: int) -> list[str]:
    prefix = keys.overflow_prefix(place.address.seq, kind)
    items, _ = dynamodb.query(
        settings().chat_table,
        place.pk,
        between=(f"{prefix}{passed}!" if passed else prefix, f"{prefix}~"),
        limit=limit,
        consistent=True,
    )
    user_ids = [required_text(item, "user_id") for item in items]
    return [user_id for user_id in user_ids if user_id > passed]


@dataclass(frozen=True, slots=True)
class _Change:
    """One user's reaction of one kind, and the attributes and conditions that are about it."""

    place: Place
    kind: str
    user_id: str

    @property
    def users(self) -> str:
        """The attribute that names the users of this kind."""
        return f"{USERS_PREFIX}{self.kind}"

    @property
    def overflow(self) -> str:
        """The attribute that counts the users of this kind who have an item of their own."""
        return f"{OVERFLOW_PREFIX}{self.kind}"

    @property
    def own_item(self) -> Key:
        sk = keys.overflow_reaction_sk(self.place.address.seq, self.kind, self.user_id)
        return Key(self.place.pk, sk)

    @property
    def is_named(self) -> Condition:
        """The user is in the set."""
        return contains(self.users, self.user_id)

    @property
    def is_not_overflowed(self) -> Condition:
        """Nobody has an item of their own."""
        return absent(self.overflow) | equals(self.overflow, 0)

    def update(self, change: Update, condition: Condition) -> RawItem:
        """Change the annotations; as they are then."""
        at = self.place.annotations
        return dynamodb.update(settings().chat_table, at, change, condition=condition, returning="ALL_NEW")

    def in_transaction(self, change: Update, condition: Condition) -> Action:
        return transactions.update(settings().chat_table, self.place.annotations, change, condition=condition)

    def read(self) -> RawItem:
        """The annotations as they are at this moment, empty where nothing hangs on the message."""
        at = self.place.annotations
        return dynamodb.get(settings().chat_table, at, consistent=True) or dynamodb.key(at)


def _add(change: _Change) -> tuple[RawItem, bool]:
    """Add the reaction; the annotations with it, and whether it is new."""
    has_place = absent(change.users) | holds_fewer(change.users, USERS_KEPT)
    is_kind_allowed = absent("kinds") | contains("kinds", change.kind) | holds_fewer("kinds", MAX_KINDS)
    for _ in range(ATTEMPTS):
        try:
            raw = change.update(
                Update()
                .set(entity="annotations")
                .add({change.users: {change.user_id}}, kinds={change.kind}, version=1),
                IS_TAKING & ~change.is_named & change.is_not_overflowed & has_place & is_kind_allowed,
            )
        except ConditionFailed as failed:
            raw = failed.item or change.read()
        else:
            return raw, True
        if "closed" in raw:
            raise MessageDeleted
        users = users_of(raw, change.kind)
        if change.user_id in users:
            return raw, False
        if not users and overflow_of(raw, change.kind) == 0:
            if len(texts(raw, "kinds")) >= MAX_KINDS:
                raise TooManyReactions(f"A message has at most {MAX_KINDS} kinds of reactions")
            continue
        added = _add_overflowed(change)
        if added is not None:
            return change.read(), added
    raise Unavailable("Others are reacting to the message")


def _add_overflowed(change: _Change) -> bool | None:
    """Write an item of the user's own; whether it is new, None where the set has a place by now."""
    at = change.own_item
    item = OverflowReactionItem(pk=at.pk, sk=at.sk, reaction=change.kind, user_id=change.user_id)
    is_full = exists(change.users) & ~holds_fewer(change.users, USERS_KEPT)
    count = change.in_transaction(
        Update().add({change.overflow: 1}, version=1),
        IS_TAKING & ~change.is_named & (greater(change.overflow, 0) | is_full),
    )
    try:
        dynamodb.transact([transactions.put_if_absent(settings().chat_table, item.serialize()), count])
    except TransactionRefused as refused:
        return False if refused.failed(0) else None
    return True


def _remove(change: _Change) -> None:
    alone = True
    for _ in range(ATTEMPTS):
        removal = Update().discard({change.users: {change.user_id}}).add(version=1)
        if alone:
            removal.discard(kinds={change.kind})
            condition = change.is_named & holds(change.users, 1) & change.is_not_overflowed
        else:
            condition = change.is_named & (holds_more(change.users, 1) | greater(change.overflow, 0))
        try:
            change.update(removal, condition)
        except ConditionFailed as failed:
            raw = failed.item or {}
        else:
            return
        users, overflowed = users_of(raw, change.kind), overflow_of(raw, change.kind)
        alone = len(users) == 1 and overflowed == 0
        if change.user_id not in users and (overflowed == 0 or _remove_overflowed(change, raw)):
            return
    raise Unavailable("Others are reacting to the message")


def _remove_overflowed(change: _Change, raw: RawItem) -> bool:
    """Delete the user's own item if there is one; False where the count changed meanwhile."""
    if overflow_of(raw, change.kind) == 1 and not users_of(raw, change.kind):
        count = change.in_transaction(
            Update().remove(change.overflow).discard(kinds={change.kind}).add(version=1),
            equals(change.overflow, 1) & absent(change.users),
        )
    else:
        count = change.in_transaction(
            Update().add({change.overflow: -1}, version=1),
            greater(change.overflow, 1) | (equals(change.overflow, 1) & exists(change.users)),
        )
    delete = transactions.delete(settings().chat_table, change.own_item, condition=exists())
    try:
        dynamodb.transact([delete, count])
    except TransactionRefused as refused:
        return refused.failed(0)
    return True
