"""Reading a conversation: pages by sequence number, without gaps that are not explained.

A number between two messages that no message has is one of three things: a recorded gap, a message still being written
(its writer is young), or a number whose writer died. A forward read stops before the second kind, so that a client that
follows it misses nothing, and closes the third. What a deleting or sending request left undone when it died is done
here too: a tombstone or a void place whose gap was not recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from parley import clock
from parley.errors import ConversationNotFound, MessageNotFound
from parley.identity.caller import Caller
from parley.ids import MAX_SEQ, MessageAddress
from parley.messaging.access import access_with_conversation
from parley.messaging.conversations.gaps import record_deleted, record_silent, record_unused, settle
from parley.messaging.conversations.newest import MAX_SETTLED, was_edited
from parley.messaging.conversations.previews import SETTLING_MS, show_edit
from parley.messaging.items import ConversationItem, MessageItem, SequenceItem
from parley.messaging.messages import quotes, threads
from parley.messaging.messages.annotations import NOTHING_OWN, Annotations, own_of, read_annotations
from parley.messaging.messages.listings import Listing, Order, Position
from parley.messaging.messages.schemas import Message, MessagePage
from parley.messaging.messages.shadowed import reading
from parley.messaging.messages.views import message_view
from parley.messaging.sequence import gaps_between
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

Reply = tuple[MessageItem, Annotations]
_MESSAGES, _REPLIES = "messages", "replies"


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence of messages to read: its item, whose partition it is, and the number after which it is visible."""

    item: SequenceItem
    conversation_id: str
    visible_from: int = 0
    root_seq: int | None = None

    @property
    def at(self) -> Key:
        return Key(self.item.pk, self.item.sk)

    @property
    def last(self) -> int:
        return int(self.item.seq)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The messages found among the numbers `low` to `high`, ascending, and the raw items that hang on them.

    `void` are those of the numbers that no message has, `replies` what the replies that are shown here say, by id.
    """

    messages: list[MessageItem]
    hung: dict[int, RawItem]
    low: int
    high: int
    void: tuple[int, ...] = ()
    replies: dict[str, Reply] = field(default_factory=dict)

    def source(self, message: MessageItem) -> MessageItem:
        """What says what this message says: a reply that is shown here stands in its thread."""
        return message if message.reference is None else self.replies.get(message.reference, (message,))[0]

    def above(self, seq: int) -> "Stretch":
        """The part after a number."""
        kept = [message for message in self.messages if int(message.seq) > seq]
        return replace(self, messages=kept, low=seq + 1, void=tuple(number for number in self.void if number > seq))

    def below(self, seq: int) -> "Stretch":
        """The part before a number."""
        kept = [message for message in self.messages if int(message.seq) < seq]
        return replace(self, messages=kept, high=seq - 1, void=tuple(number for number in self.void if number < seq))


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

    `around` centres the page on a message. A cursor goes on from another page, in its order and within its bounds;
    another order or bound beside it is refused. Raises `ConversationNotFound`, `NotAMember`, `InvalidCursor`,
    `MessageNotFound` (for `around`).
    """
    membership, meta = access_with_conversation(caller, conversation_id)
    conversation = ConversationItem.read(meta)
    if conversation is None:
        raise ConversationNotFound
    line = Line(conversation, conversation_id, int(membership.visible_from))
    if cursor is not None:
        listing, position = Listing.resume(_MESSAGES, cursor)
        listing.check_same(order, after_seq, before_seq)
        return read_page(caller, line, listing, position, limit)
    ascending = order == "asc" if order is not None else after_seq is not None
    if around is not None:
        return _around(caller, line, Listing(_MESSAGES, ascending), around, limit)
    listing = Listing(
        _MESSAGES, ascending, 0 if after_seq is None else after_seq, MAX_SEQ + 1 if before_seq is None else before_seq
    )
    position = listing.beginning
    if after_seq is not None:
        position = Position(after_seq, forward=True)
    elif before_seq is not None:
        position = Position(before_seq, forward=False)
    return read_page(caller, line, listing, position, limit)


def do_list_replies(
    caller: Caller, message_id: str, *, limit: int, order: Order | None = None, cursor: str | None = None
) -> MessagePage:
    """A page of the thread under a message: oldest first unless `order` says otherwise.

    The count that the root shows is set right where whoever changed the thread died before.
    Raises `MessageNotFound` (for a reply too: threads are one level deep), `NotAMember`, `InvalidCursor`.
    """

    def annotations_at(root: MessageAddress) -> Key:
        return Key(keys.conversation(caller.tenant_id, root.conversation_id), keys.annotations_sk(root.seq))

    found = threads.access_thread(caller, message_id, beside=annotations_at)
    listing = Listing(_REPLIES, ascending=order != "desc")
    position = listing.beginning
    if cursor is not None:
        listing, position = Listing.resume(_REPLIES, cursor)
        listing.check_same(order)
    if found.thread is None:
        return MessagePage(data=[])
    threads.repair_reply_count(caller.tenant_id, found.root, found.thread, found.beside)
    line = Line(SequenceItem.from_raw_data(found.thread), found.root.conversation_id, root_seq=found.root.seq)
    return read_page(caller, line, listing, position, limit)


def read_page(caller: Caller, line: Line, listing: Listing, position: Position, limit: int) -> MessagePage:
    """One page of a line from a position; one beyond what there is shows nothing."""
    lowest = max(line.visible_from, listing.low)
    highest = min(line.last + 1, listing.high)
    if position.forward:
        stretch = _read_forward(caller, line, min(max(position.seq, lowest), highest), highest, limit)
    else:
        stretch = _read_backward(caller, line, lowest, min(position.seq, highest), limit)
    return _page(caller, stretch, (lowest, highest), listing)


def _read_forward(caller: Caller, line: Line, after: int, before: int, limit: int) -> Stretch:
    messages, hung, ended = _query(line, after, before, limit, forward=True)
    high = before - 1 if ended else int(messages[-1].seq)
    stretch = Stretch(messages, hung, after + 1, max(after, high))
    stretch = stretch.below(_arrived_through(line, stretch) + 1)
    closed, unexplained = _close(caller, line, stretch)
    return closed.below(min(unexplained)) if unexplained else closed


def _read_backward(caller: Caller, line: Line, after: int, before: int, limit: int) -> Stretch:
    messages, hung, ended = _query(line, after, before, limit, forward=False)
    messages.reverse()
    low = after + 1 if ended else int(messages[0].seq) if messages else before
    closed, unexplained = _close(caller, line, Stretch(messages, hung, low, max(after, before - 1)))
    return closed.above(max(unexplained)) if unexplained else closed


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
            if keys.is_annotations(raw["sk"]["S"]):
                hung[keys.seq_of(raw["sk"]["S"])] = raw
            elif len(messages) == limit:
                return messages, hung, False
            else:
                messages.append(MessageItem.from_raw_data(raw))
        if start is None:
            return messages, hung, True


def _arrived_through(line: Line, stretch: Stretch) -> int:
    """The last number of a stretch up to which nothing is still being written."""
    for low, upper, given_at in _holes(line, stretch):
        if clock.now_ms() - given_at < SETTLING_MS:
            missing = set(range(low, upper + 1)) - gaps_between(line.item, low - 1, upper)
            if missing:
                return min(missing) - 1
    return stretch.high


def _holes(line: Line, stretch: Stretch) -> list[tuple[int, int, int]]:
    """The runs of numbers within a stretch that no item has, ascending, each with a moment by which it was given out.

    That is when the next message was sent. A void place says nothing: it was made later.
    """
    holes: list[tuple[int, int, int]] = []
    expected, given_at = stretch.high, int(line.item.given_at or 0)
    for message in reversed(stretch.messages):
        seq = int(message.seq)
        if seq < expected:
            holes.append((seq + 1, expected, given_at))
        expected = seq - 1
        if not message.void:
            given_at = int(message.created_at)
    if expected >= stretch.low:
        holes.append((stretch.low, expected, given_at))
    return holes[::-1]


def _close(caller: Caller, line: Line, stretch: Stretch) -> tuple[Stretch, list[int]]:
    """The stretch with the numbers that no message has: recorded gaps, and those whose writer died, closed by this.

    Beside it those that stay unexplained although they are old: their message has appeared since the stretch was read,
    or they are more than one read closes. A page must end before them, or a reader would never see the message.
    """
    stretch = _with_replies(caller, stretch)
    recorded_now = _record_gone(line, stretch)
    _show_edit(line, stretch)
    void = {int(message.seq) for message in stretch.messages if message.void}
    abandoned: list[int] = []
    for low, high, given_at in _holes(line, stretch):
        recorded = gaps_between(line.item, low - 1, high)
        void |= recorded
        if clock.now_ms() - given_at >= SETTLING_MS:
            abandoned += [seq for seq in range(low, high + 1) if seq not in recorded]
    closed = settle(line.at, line.conversation_id, abandoned[:MAX_SETTLED], root_seq=line.root_seq)
    if (closed or recorded_now) and line.root_seq is not None:
        root = MessageAddress(line.conversation_id, line.root_seq)
        threads.show_reply_count(caller.tenant_id, root)
    return replace(stretch, void=tuple(sorted(void | set(closed)))), sorted(set(abandoned) - set(closed))


def _with_replies(caller: Caller, stretch: Stretch) -> Stretch:
    references = [message for message in stretch.messages if message.reference is not None and not message.void]
    return replace(stretch, replies=load_references(caller, references)) if references else stretch


def _record_gone(line: Line, stretch: Stretch) -> bool:
    """Record the gaps of tombstones, void places and silent messages where the request died before it could."""
    gone = [
        message
        for message in stretch.messages
        if message.void or message.silent or stretch.source(message).deleted_at is not None
    ]
    if not gone:
        return False
    recorded = gaps_between(line.item, int(gone[0].seq) - 1, int(gone[-1].seq))
    unrecorded = [message for message in gone if int(message.seq) not in recorded]
    for message in unrecorded:
        record = record_unused if message.void else record_silent if message.silent else record_deleted
        record(line.at, int(message.seq))
    return bool(unrecorded)


def _show_edit(line: Line, stretch: Stretch) -> None:
    """Show in the preview what the newest message says now, where the request that edited it died before it could."""
    for message in stretch.messages[-1:]:
        source = stretch.source(message)
        if isinstance(line.item, ConversationItem) and was_edited(line.item, int(message.seq), source):
            show_edit(line.at, int(message.seq), source)


def _page(caller: Caller, stretch: Stretch, reach: tuple[int, int], listing: Listing) -> MessagePage:
    lowest, highest = reach
    older = listing.cursor(Position(stretch.low, forward=False)) if stretch.low > lowest + 1 else None
    newer = listing.cursor(Position(stretch.high, forward=True)) if stretch.high < highest - 1 else None
    own = reading.read(caller, [message for message in stretch.messages if message.void])
    views = quotes.show(caller, _views(caller, stretch, own))
    if not listing.ascending:
        views.reverse()
    next_cursor, prev_cursor = (newer, older) if listing.ascending else (older, newer)
    shown = {int(message.seq) for message in stretch.messages if message.key in own}
    void = [seq for seq in stretch.void if seq not in shown]
    return MessagePage(data=views, next_cursor=next_cursor, prev_cursor=prev_cursor, void_seqs=void)


def _around(caller: Caller, line: Line, listing: Listing, around: str, limit: int) -> MessagePage:
    address = MessageAddress.parse(around)
    if address is None or address.conversation_id != line.conversation_id or address.root_seq is not None:
        raise MessageNotFound
    if not line.visible_from < address.seq <= line.last:
        raise MessageNotFound
    half = limit // 2
    before, after = dynamodb.in_parallel(
        lambda: _read_backward(caller, line, line.visible_from, address.seq, half),
        lambda: _read_forward(caller, line, address.seq - 1, line.last + 1, limit - half),
    )
    messages = before.messages + after.messages
    stretch = Stretch(
        messages,
        before.hung | after.hung,
        before.low,
        after.high,
        before.void + after.void,
        before.replies | after.replies,
    )
    return _page(caller, stretch, (line.visible_from, line.last + 1), listing)


def _views(caller: Caller, stretch: Stretch, shadowed: Mapping[Key, MessageItem]) -> list[Message]:
    """The messages as the caller sees them; a reply that is shown here is read from its thread.

    `shadowed` is what is shown to them alone, in void places.
    """
    own = own_of(caller.user_id, stretch.hung.values())
    replies = reading.read_replies(caller, [each for each in shadowed.values() if each.reference is not None])
    views = []
    for message in stretch.messages:
        if (alone := shadowed.get(message.key)) is not None:
            views.append(_view_alone(alone, replies))
        elif message.void:
            continue
        elif message.reference is not None:
            views.append(_reference_view(message, stretch.replies.get(message.reference)))
        else:
            at = Key(message.pk, keys.annotations_sk(int(message.seq)))
            raw = stretch.hung.get(int(message.seq))
            views.append(message_view(message, read_annotations(raw, caller.user_id, own.get(at, NOTHING_OWN))))
    return views


def _view_alone(message: MessageItem, replies: Mapping[str, MessageItem]) -> Message:
    """A message that is shown to the caller alone: nobody hangs anything on it."""
    if message.reference is None:
        return message_view(message)
    reply = replies.get(message.reference)
    return _reference_view(message, None if reply is None else (reply, Annotations()))


def load_references(caller: Caller, references: list[MessageItem]) -> dict[str, Reply]:
    """The replies that these items refer to with what hangs on them, by id; one call."""
    addresses = [MessageAddress.parse(item.reference or "") for item in references]
    places = {
        str(address): Key(keys.thread(caller.tenant_id, address.conversation_id, address.root_seq), sk)
        for address in addresses
        if address is not None and address.root_seq is not None
        for sk in [keys.message_sk(address.seq)]
    }
    wanted = [key for at in places.values() for key in (at, keys.annotations_under(at))]
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    own = own_of(caller.user_id, (raw for at, raw in found.items() if keys.is_annotations(at.sk)))
    replies = {}
    for message_id, at in places.items():
        hung_at = keys.annotations_under(at)
        if at in found:
            annotations = read_annotations(found.get(hung_at), caller.user_id, own.get(hung_at, NOTHING_OWN))
            replies[message_id] = (MessageItem.from_raw_data(found[at]), annotations)
    return replies


def _reference_view(reference: MessageItem, reply: Reply | None) -> Message:
    """The reply in its place in the conversation: its own id and text, the number that it has here."""
    view = message_view(reference) if reply is None else message_view(*reply)
    return view.model_copy(update={"seq": int(reference.seq), "show_in_conversation": True})
