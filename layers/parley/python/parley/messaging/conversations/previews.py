"""The preview that `META` holds of a conversation's newest message, kept true when one is edited, deleted, given back.

A send sets it together with the number (`sequence.allocate`), so it costs nothing. What changes afterwards is rare and
conditional on whose preview is shown, and of which version, so late writers change nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from parley import clock
from parley.ids import MessageAddress
from parley.messaging import activity
from parley.messaging.items import MessageItem
from parley.messaging.vocabulary import AttachedKind
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, number, numbers
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, equals, exists, less
from parley.tables.keys import Key
from parley.tables.transactions import Action

PREVIEW_BYTES = 160
SETTLING_MS = 5_000
"""A number whose message has not appeared by then was given out by a writer that died."""
LETTERS: dict[str, AttachedKind] = {each[0]: each for each in get_args(AttachedKind)}
ARRIVAL_ATTEMPTS = 5
ARRIVAL_SECONDS = 0.02
"""How often and how long to wait for messages that other writers are putting at this moment."""

TAIL_NUMBERS = 100


def preview_text(text: str) -> str:
    """The beginning of a text, at most 160 bytes of UTF-8: `META` must stay below 1 KiB."""
    return text.encode()[:PREVIEW_BYTES].decode(errors="ignore")


def kinds_stored(kinds: Sequence[AttachedKind]) -> str | None:
    """What a message carries, a letter each: `META` must stay below 1 KiB."""
    return "".join(each[0] for each in kinds) or None


def kinds_shown(stored: str | None) -> list[AttachedKind]:
    return [LETTERS[each] for each in stored or ""]


def preview(
    author_id: str,
    text: str,
    at: int,
    *,
    kinds: Sequence[AttachedKind] = (),
    version: int = 1,
    reply: MessageAddress | None = None,
) -> dict[str, object]:
    """What `META` says of a message, apart from its number; None for what it has not. `reply` names one shown here."""
    return {
        "last_author_id": author_id,
        "last_text": preview_text(text),
        "last_kinds": kinds_stored(kinds),
        "last_at": at,
        "last_version": version,
        "last_reply": None if reply is None else reply.place,
    }


def show_reply(meta: Key, seq: int, reply: MessageAddress) -> None:
    """Name the reply that has got the place `seq`, where that is what is shown: another was to have it. 1 WRU."""
    _change(meta, Update().set(last_reply=reply.place), equals("last_seq", seq))


def _change(meta: Key, change: Update, condition: Condition, together: Sequence[Action] = ()) -> RawItem | None:
    """Change the preview on a condition, together with others or not at all; what `META` is then, None for not."""
    table = settings().chat_table
    change.add(version=1)
    try:
        if not together:
            return dynamodb.update(table, meta, change, condition=condition, returning="ALL_NEW")
        dynamodb.transact([transactions.update(table, meta, change, condition=condition), *together])
    except (ConditionFailed, TransactionRefused):
        return None
    return dynamodb.get(table, meta, consistent=True)


def show_edit(meta: Key, seq: int, edited: MessageItem) -> None:
    """Show the new text if the preview is this message's, in an earlier version, and has not been blanked. 1 WRU."""
    version = int(edited.version)
    is_older = equals("last_seq", seq) & less("last_version", version)
    shows = Update().set(last_text=preview_text(edited.heading), last_version=version)
    shows.set_or_remove(last_kinds=kinds_stored(edited.kinds))
    _change(meta, shows, is_older & exists("last_text"))


@dataclass(frozen=True, slots=True)
class Newest:
    """A message as a preview shows it: the number of its place, and where its text is from."""

    seq: int
    item: MessageItem


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a conversation: the newest message or tombstone, and the numbers after it that have no message.

    `absent` have no item, `void` one that says that no message will come. `silent` are messages that no list shows.
    """

    newest: Newest | None
    absent: frozenset[int]
    void: frozenset[int]
    silent: frozenset[int] = frozenset()


def show_newest_before(meta: Key, seq: int, *, together: Sequence[Action] = ()) -> bool:
    """Show the newest message before `seq`, a number that no message will have; False if it is not `seq` that is shown.

    Messages that are being put at this moment are waited for. What is shown is read again after it was written, so
    that an edit or a delete in between is not lost. `together` are actions of the same transaction.
    """
    before = dynamodb.get(settings().chat_table, meta, consistent=True) or {}
    truncated = number(before, "truncated_seq")
    candidate = _newest_arrived(meta, seq, truncated)
    if not _show(meta, before, seq, candidate, together):
        return False
    while candidate is not None:
        again = tail_before(meta, seq, after=truncated).newest
        if again is None or (again.seq, again.item.version) == (candidate.seq, candidate.item.version):
            break
        shown, candidate = candidate.seq, again
        if not _show(meta, before, shown, candidate):
            break
    return True


def _newest_arrived(meta: Key, seq: int, after: int) -> Newest | None:
    for _ in range(ARRIVAL_ATTEMPTS):
        tail = tail_before(meta, seq, after=after)
        sequence = dynamodb.get(settings().chat_table, meta, consistent=True) or {}
        absent = tail.absent.difference(numbers(sequence, "gaps"))
        young = clock.now_ms() - number(sequence, "given_at") < SETTLING_MS
        if not (absent and young):
            break
        time.sleep(ARRIVAL_SECONDS)
    return tail.newest


def tail_before(meta: Key, seq: int, *, after: int = 0) -> Tail:
    """The end of what comes before the number `seq`, and `after` another; of numbers without an item, the last hundred.

    After a hundred silent messages a silent one is shown, since nobody looks further back.
    """
    absent: set[int] = set()
    void: set[int] = set()
    silent: set[int] = set()
    expected, start, lowest = seq - 1, None, max(after + 1, seq - TAIL_NUMBERS)
    between = (keys.message_sk(after + 1), keys.message_sk(seq - 1))
    while seq > after + 1:
        items, start = dynamodb.query(
            settings().chat_table, meta.pk, between=between, limit=10, forward=False, consistent=True, after=start
        )
        for raw in items:
            if "seq" not in raw or keys.is_annotations(raw["sk"]["S"]):
                continue
            place = MessageItem.from_raw_data(raw)
            absent |= set(range(max(int(place.seq) + 1, lowest), expected + 1))
            expected = int(place.seq) - 1
            if place.silent and not place.void and len(silent) < TAIL_NUMBERS:
                silent.add(int(place.seq))
            elif not place.void:
                newest = Newest(int(place.seq), _with_text(meta, place))
                return Tail(newest, frozenset(absent), frozenset(void), frozenset(silent))
            else:
                void.add(int(place.seq))
        if start is None:
            break
    absent |= set(range(lowest, expected + 1))
    return Tail(None, frozenset(absent), frozenset(void), frozenset(silent))


def _with_text(meta: Key, place: MessageItem) -> MessageItem:
    """The message in a place of the conversation, from its thread where it is a reply that is shown here."""
    at = text_place(meta, place)
    return place if at == place.key else MessageItem.at(at, consistent=True) or place


def text_place(meta: Key, place: MessageItem) -> Key:
    """Where the text of what stands in a place of the conversation is stored."""
    address = MessageAddress.parse(place.reference or "")
    if address is None or address.root_seq is None:
        return place.key
    return Key(keys.thread_under(meta.pk, address.root_seq), keys.message_sk(address.seq))


def _show(meta: Key, before: RawItem, shown: int, newest: Newest | None, together: Sequence[Action] = ()) -> bool:
    """Show `newest` in the place of the preview of `shown`; False where something else is shown by now."""
    names = ("last_seq", "last_author_id", "last_text", "last_kinds", "last_version", "last_at", "last_reply")
    shows: dict[str, object] = dict.fromkeys(names)
    if newest is None:
        shows["last_at"] = number(before, "created_at")
    else:
        item = newest.item
        said = "" if item.deleted_at is not None else item.heading
        reply = None if item.root_seq is None else keys.address_of(item.key)
        shows["last_seq"] = newest.seq
        shows |= preview(
            item.author_id or "",
            said,
            int(item.created_at),
            kinds=item.kinds,
            version=int(item.version),
            reply=reply,
        )
        if item.deleted_at is not None:
            shows["last_text"] = shows["last_kinds"] = None
    updated = _change(meta, Update().set_or_remove(shows), equals("last_seq", shown), together)
    if updated is not None:
        activity.note_change(meta, updated)
    return updated is not None
