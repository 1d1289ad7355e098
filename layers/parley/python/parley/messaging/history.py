"""Reading a conversation: pages by sequence number, without gaps that are not explained.

A number between two messages that no message has is one of three things: a recorded gap, a message still being written
(its writer is young), or a number whose writer died. A forward read stops before the second kind, so that a client that
follows it misses nothing, and closes the third.
"""

from dataclasses import dataclass
from typing import Literal

from parley import clock
from parley.errors import ConversationNotFound, InvalidCursor, MessageNotFound
from parley.identity.caller import Caller
from parley.ids import MAX_SEQ, MessageAddress
from parley.messaging.access import access_membership, meta_key
from parley.messaging.annotations import read_annotations
from parley.messaging.items import ConversationItem, MessageItem, SequenceItem
from parley.messaging.schemas import Message, MessagePage
from parley.messaging.sequence import SETTLING_MS, gaps_between, settle
from parley.messaging.views import message_view
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.dynamodb import RawItem
from parley.tables.keys import Key

Order = Literal["asc", "desc"]
MAX_SETTLED = 25
"""Numbers that one read closes at most; the next read goes on."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: the messages after (`forward`) or before the number `seq`, exclusive."""

    seq: int
    forward: bool

    def encode(self) -> str:
        return cursors.encode([">" if self.forward else "<", self.seq])

    @classmethod
    def decode(cls, cursor: str) -> "Position":
        match cursors.decode(cursor):
            case [">" | "<" as direction, int(seq)] if not isinstance(seq, bool) and 0 <= seq <= MAX_SEQ + 1:
                return cls(seq, direction == ">")
            case _:
                raise InvalidCursor


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence of messages to read: its item, whose partition it is, and the number after which it is visible.

    `last_at` is when the newest number was given out, None where that is not known.
    """

    item: SequenceItem
    conversation_id: str
    visible_from: int = 0
    root_seq: int | None = None
    last_at: int | None = None

    @property
    def last(self) -> int:
        return int(self.item.seq)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The messages found among the numbers `low` to `high`, ascending, and the raw items that hang on them."""

    messages: list[MessageItem]
    hung: dict[int, RawItem]
    low: int
    high: int


def do_list(
    caller: Caller,
    conversation_id: str,
    *,
    limit: int,
    order: Order | None = None,
    cursor: str | None = None,
    around: str | None = None,
    after_seq: int | None = None,
    before_seq: int | None = None,
) -> MessagePage:
    """A page of a conversation: newest first unless `order` or `after_seq` say otherwise.

    `around` centres the page on a message. A cursor goes on from another page, in the same order. Raises
    `ConversationNotFound`, `NotAMember`, `InvalidCursor`, `MessageNotFound` (for `around`).
    """
    membership, conversation = dynamodb.in_parallel(
        lambda: access_membership(caller, conversation_id),
        lambda: ConversationItem.at(meta_key(caller.tenant_id, conversation_id), consistent=True),
    )
    if conversation is None:
        raise ConversationNotFound
    line = Line(conversation, conversation_id, int(membership.visible_from), last_at=int(conversation.last_at))
    ascending = order == "asc" if order is not None else after_seq is not None
    if around is not None:
        return _around(caller, line, around, limit, ascending=ascending)
    if cursor is not None:
        position = Position.decode(cursor)
    elif after_seq is not None:
        position = Position(after_seq, forward=True)
    elif before_seq is not None:
        position = Position(before_seq, forward=False)
    else:
        position = Position(0, forward=True) if ascending else Position(MAX_SEQ + 1, forward=False)
    bounds = (after_seq or 0, before_seq or MAX_SEQ + 1)
    return read_page(caller, line, position, limit, ascending=ascending, bounds=bounds)


def read_page(
    caller: Caller,
    line: Line,
    position: Position,
    limit: int,
    *,
    ascending: bool,
    bounds: tuple[int, int] = (0, MAX_SEQ + 1),
) -> MessagePage:
    """One page of a line from a position, shown in either order; `bounds` are exclusive."""
    lowest = max(line.visible_from, bounds[0])
    highest = min(line.last + 1, bounds[1])
    if position.forward:
        stretch = _read_forward(line, max(position.seq, lowest), highest, limit)
    else:
        stretch = _read_backward(line, lowest, min(position.seq, highest), limit)
    return _page(caller, line, stretch, (lowest, highest), ascending=ascending)


def _read_forward(line: Line, after: int, before: int, limit: int) -> Stretch:
    messages, hung, ended = _query(line, after, before, limit, forward=True)
    high = before - 1 if ended else int(messages[-1].seq)
    arrived = _arrived_through(line, messages, after, max(after, high))
    return Stretch([message for message in messages if int(message.seq) <= arrived], hung, after + 1, arrived)


def _read_backward(line: Line, after: int, before: int, limit: int) -> Stretch:
    messages, hung, ended = _query(line, after, before, limit, forward=False)
    messages.reverse()
    low = after + 1 if ended else int(messages[0].seq) if messages else before
    return Stretch(messages, hung, low, max(after, before - 1))


def _query(
    line: Line, after: int, before: int, limit: int, *, forward: bool
) -> tuple[list[MessageItem], dict[int, RawItem], bool]:
    """Up to `limit` messages strictly between two numbers, what hangs on them, and whether there are no more."""
    messages: list[MessageItem] = []
    hung: dict[int, RawItem] = {}
    if before - after <= 1 or limit == 0:
        return messages, hung, before - after <= 1
    between = (keys.message_sk(after + 1), keys.annotations_sk(before - 1))
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(
            settings().chat_table,
            line.item.pk,
            between=between,
            limit=2 * (limit - len(messages)) + 2,
            forward=forward,
            consistent=True,
            after=start,
        )
        for raw in items:
            if raw["sk"]["S"].endswith("#R"):
                hung[int(raw["sk"]["S"].split("#")[1])] = raw
            elif len(messages) == limit:
                return messages, hung, False
            else:
                messages.append(MessageItem.from_raw_data(raw))
        if start is None:
            return messages, hung, True


def _arrived_through(line: Line, messages: list[MessageItem], after: int, high: int) -> int:
    """The last number up to which nothing is still being written: `high`, or the one before a young hole."""
    for low, upper, given_at in _holes(line, messages, after + 1, high):
        if given_at is None or clock.now_ms() - given_at < SETTLING_MS:
            missing = set(range(low, upper + 1)) - gaps_between(line.item, low - 1, upper)
            if missing:
                return min(missing) - 1
    return high


def _holes(line: Line, messages: list[MessageItem], low: int, high: int) -> list[tuple[int, int, int | None]]:
    """The runs of numbers within `[low, high]` that no item has, each with a moment by which it had been given out."""
    holes: list[tuple[int, int, int | None]] = []
    expected = low
    for message in messages:
        seq = int(message.seq)
        if seq > expected:
            holes.append((expected, seq - 1, int(message.created_at)))
        expected = seq + 1
    if expected <= high:
        holes.append((expected, high, line.last_at))
    return holes


def _void_seqs(line: Line, stretch: Stretch) -> list[int]:
    """The numbers of a stretch that no message has: recorded gaps, and those whose writer died, which this closes."""
    void = [int(message.seq) for message in stretch.messages if message.void]
    for low, high, given_at in _holes(line, stretch.messages, stretch.low, stretch.high):
        recorded = gaps_between(line.item, low - 1, high)
        void += sorted(recorded)
        abandoned = [seq for seq in range(low, high + 1) if seq not in recorded]
        if abandoned and given_at is not None and clock.now_ms() - given_at >= SETTLING_MS:
            at = Key(line.item.pk, line.item.sk)
            void += settle(at, line.conversation_id, abandoned[:MAX_SETTLED], root_seq=line.root_seq)
    return sorted(void)


def _page(caller: Caller, line: Line, stretch: Stretch, reach: tuple[int, int], *, ascending: bool) -> MessagePage:
    lowest, highest = reach
    void_seqs = _void_seqs(line, stretch)
    older = Position(stretch.low, forward=False).encode() if stretch.low > lowest + 1 else None
    newer = Position(stretch.high, forward=True).encode() if stretch.high < highest - 1 else None
    views = _views(caller, [message for message in stretch.messages if not message.void], stretch.hung)
    if not ascending:
        views.reverse()
    next_cursor, prev_cursor = (newer, older) if ascending else (older, newer)
    return MessagePage(data=views, next_cursor=next_cursor, prev_cursor=prev_cursor, void_seqs=void_seqs)


def _around(caller: Caller, line: Line, around: str, limit: int, *, ascending: bool) -> MessagePage:
    address = MessageAddress.parse(around)
    if address is None or address.conversation_id != line.conversation_id or address.root_seq is not None:
        raise MessageNotFound
    if not line.visible_from < address.seq <= line.last:
        raise MessageNotFound
    half = limit // 2
    before, after = dynamodb.in_parallel(
        lambda: _read_backward(line, line.visible_from, address.seq, half),
        lambda: _read_forward(line, address.seq - 1, line.last + 1, limit - half),
    )
    stretch = Stretch(before.messages + after.messages, before.hung | after.hung, before.low, after.high)
    return _page(caller, line, stretch, (line.visible_from, line.last + 1), ascending=ascending)


def _views(caller: Caller, messages: list[MessageItem], hung: dict[int, RawItem]) -> list[Message]:
    """The messages as the caller sees them; a reply that is shown here is read from its thread."""
    references = [message for message in messages if message.reference is not None]
    replies = load_references(caller, references) if references else {}
    views = []
    for message in messages:
        if message.reference is not None:
            views.append(_reference_view(message, replies.get(message.reference)))
        else:
            views.append(message_view(message, read_annotations(hung.get(int(message.seq)), caller.user_id)))
    return views


def load_references(caller: Caller, references: list[MessageItem]) -> dict[str, MessageItem]:
    """The replies that these items refer to, by id; one call."""
    places: dict[Key, str] = {}
    for item in references:
        address = MessageAddress.parse(item.reference or "")
        if address is not None and address.root_seq is not None:
            pk = keys.thread(caller.tenant_id, address.conversation_id, address.root_seq)
            places[Key(pk, keys.message_sk(address.seq))] = str(address)
    found = dynamodb.batch_get(settings().chat_table, places)
    return {places[at]: MessageItem.from_raw_data(raw) for at, raw in found.items()}


def _reference_view(reference: MessageItem, reply: MessageItem | None) -> Message:
    """The reply in its place in the conversation: its own id and text, the number that it has here."""
    if reply is None:
        reply = reference
    return message_view(reply).model_copy(update={"seq": int(reference.seq), "show_in_conversation": True})
