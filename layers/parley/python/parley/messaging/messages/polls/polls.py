"""Votes in a message's poll, counted exactly.

Each voter has an item with the options that they have voted for; the annotations beside the message count them. One
transaction writes both on condition that the item is as it was read, so the counts are those of the items whatever
crashes, repeats or comes at once. In an anonymous poll the item is named by a hash of the user, and names nobody.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from parley import clock, ids
from parley.errors import (
    InvalidCursor,
    InvalidVotes,
    MessageDeleted,
    PollAnonymous,
    PollClosed,
    PollNotFound,
    Unavailable,
)
from parley.identity.caller import Caller
from parley.messaging.access import check_may, still_may_write
from parley.messaging.items import VoteItem
from parley.messaging.messages.annotations import IS_TAKING, VOTES_PREFIX, Votes, read_votes
from parley.messaging.messages.polls.content import StoredPoll, closed_at, option_ids, results_view
from parley.messaging.messages.polls.schemas import Vote, VotesCast
from parley.messaging.messages.reading import (
    Found,
    Place,
    access_message,
    access_message_to_take_back,
    access_message_to_write,
    check_alive,
    check_still_may_write,
    confirm,
    seems_done,
)
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, listed_texts, required_number, required_text, text
from parley.tables.cursors import Listing
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, absent, at_version
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.wire import Page

ATTEMPTS = 8
_IS_OPEN = absent("poll_closed_at")
READ_AT_ONCE = 100
MOST_READ = 1_000
"""How many votes one page looks through for those of an option: some 30 RRU."""
Options = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ballot:
    """Where one voter's votes are, and where they are counted; `user_id` is None where the poll is anonymous."""

    at: Key
    annotations: Key
    user_id: str | None

    @classmethod
    def of(cls, place: Place, poll: StoredPoll, user_id: str) -> "_Ballot":
        seq, anonymous = place.address.seq, poll["anonymous"]
        voter = keys.anonymous_voter(place.pk, seq, user_id) if anonymous else user_id
        return cls(Key(place.pk, keys.vote_sk(seq, voter)), place.annotations, None if anonymous else user_id)

    def read(self) -> VoteItem | None:
        """What the voter has voted for at this moment; None where they never have. 1 RRU."""
        return VoteItem.at(self.at, consistent=True)

    def swap(self, before: VoteItem | None, after: Options, *, even_closed: bool = False) -> VoteItem:
        """Vote for other options than before, and count that. 4 WRU. Who votes for none keeps an item that says so.

        Raises `TransactionRefused` where the votes are not those of `before` any more, or none are taken.
        """
        version = None if before is None else int(before.version)
        item = VoteItem(pk=self.at.pk, sk=self.at.sk, user_id=self.user_id, options=list(after))
        item.voted_at, item.version = clock.now_ms(), (version or 0) + 1
        put = transactions.put(settings().chat_table, item.serialize(), condition=at_version(version))
        dynamodb.transact([put, self._count(_options(before), after, even_closed=even_closed)])
        return item

    def remove(self, before: VoteItem) -> None:
        """Take back these votes, in a closed poll too, and all trace of them. 4 WRU.

        Raises `TransactionRefused` where the votes are not those of `before` any more.
        """
        is_as_read = at_version(int(before.version))
        delete = transactions.delete(settings().chat_table, self.at, condition=is_as_read)
        dynamodb.transact([delete, self._count(_options(before), (), even_closed=True)])

    def _count(self, before: Options, after: Options, *, even_closed: bool) -> Action:
        counts = {f"{VOTES_PREFIX}{each}": 1 for each in after if each not in before}
        counts |= {f"{VOTES_PREFIX}{each}": -1 for each in before if each not in after}
        change = Update().set(entity="annotations").add(counts, voters=bool(after) - bool(before), version=1)
        if self.user_id is None:
            change.set(anonymous=True)
        is_taking = IS_TAKING if even_closed else IS_TAKING & _IS_OPEN
        return transactions.update(settings().chat_table, self.annotations, change, condition=is_taking, tell=True)


def _options(item: VoteItem | None) -> Options:
    return () if item is None else tuple(str(option) for option in item.options)


def do_vote(caller: Caller, message_id: str, options: Sequence[str]) -> VotesCast:
    """Vote for these options and no others; for none, take one's votes back. 5.5 RRU, 4 WRU; the same again, no WRU.

    Raises `PollNotFound`, `PollClosed`, `InvalidVotes`, `MessageDeleted`, `Unavailable` where too many vote at once,
    and what `access_message_to_write` or, of who takes back, `access_message_to_take_back` raises.
    """
    if options:
        found = access_message_to_write(caller, message_id, "vote", shadowed=True)
    else:
        found = access_message_to_take_back(caller, message_id, shadowed=True)
    check_alive(found.item)
    poll = _poll_of(found)
    chosen = _check_options(poll, options)
    if found.place.shadow is not None or (chosen and seems_done(caller, found)):
        return _seeming(caller, found.place, poll, chosen)
    ballot = _Ballot.of(found.place, poll, caller.user_id)
    written = _vote(ballot, poll, chosen)
    if chosen and written is not None:
        confirm(caller, found.place, lambda: _undo(ballot, *written), "vote")
    return _cast(found.place, poll, chosen)


def _seeming(caller: Caller, place: Place, poll: StoredPoll, chosen: Options) -> VotesCast:
    """What who is shadow-banned is answered: nobody is shown their votes. 2 RRU. Raises `PollClosed`."""
    votes = _votes_of(caller, place, poll)
    before = votes.mine
    if before != chosen and closed_at(poll, votes) is not None:
        raise PollClosed
    counts = dict(votes.counts)
    for each in (*before, *chosen):
        counts[each] = counts.get(each, 0) + (each in chosen) - (each in before)
    voters = votes.voters + bool(chosen) - bool(before)
    return _answer(place, poll, replace(votes, counts=counts, voters=voters, mine=chosen))


def _undo(ballot: "_Ballot", before: VoteItem | None, written: VoteItem) -> None:
    """Vote again as before, unless the user has voted anew since."""
    with suppress(TransactionRefused):
        ballot.swap(written, _options(before), even_closed=True)


def _vote(ballot: "_Ballot", poll: StoredPoll, chosen: Options) -> tuple[VoteItem | None, VoteItem] | None:
    """Make these the votes; what they were and are, None where they were these already."""
    for _ in range(ATTEMPTS):
        before = ballot.read()
        if _options(before) == chosen:
            return None
        if closed_at(poll, Votes()) is not None:
            raise PollClosed
        try:
            return before, ballot.swap(before, chosen)
        except TransactionRefused as refused:
            _check_open(refused)
    raise Unavailable("Others are voting at this moment")


def do_list_votes(caller: Caller, message_id: str, *, option: str | None, limit: int, cursor: str | None) -> Page[Vote]:
    """Who voted for what, or for one option, by user. A page looks through a thousand votes, and may so be short.

    Raises `PollAnonymous`, `PollNotFound`, `InvalidVotes`, `InvalidCursor`, and what `access_message` raises.
    """
    found = access_message(caller, message_id, consistent=True, shadowed=True)
    poll = _poll_of(found)
    if poll["anonymous"]:
        raise PollAnonymous
    if option is not None:
        _check_options(poll, [option])
    listing = ("votes", option)
    passed = "" if cursor is None else _position(cursor, listing)
    data: list[Vote] = []
    for _ in range(MOST_READ // READ_AT_ONCE):
        votes, more = _votes_after(found.place, passed)
        for vote in votes:
            if vote.options and option in (None, *vote.options):
                if len(data) == limit:
                    return Page(data=data, next_cursor=cursors.encode([passed], listing))
                data.append(vote)
            passed = vote.user_id
        if not more:
            return Page(data=data)
    return Page(data=data, next_cursor=cursors.encode([passed], listing))


def do_close(caller: Caller, message_id: str) -> VotesCast:
    """Take no votes from now on: the author, or whose role allows it. 4.5 RRU, 6 WRU; again changes nothing.

    Raises `InsufficientRole`, `PollNotFound`, `MessageDeleted`, and what `access_message_to_write` raises.
    """
    found = access_message_to_write(caller, message_id, shadowed=True)
    check_alive(found.item)
    poll = _poll_of(found)
    if found.item.author_id != caller.user_id:
        check_may(caller, found.membership, "close_polls")
    if seems_done(caller, found):
        votes = _votes_of(caller, found.place, poll)
        closed = closed_at(poll, votes) or clock.now_ms()
        return _answer(found.place, poll, replace(votes, closed_at=closed))
    if closed_at(poll, read_votes(_read(found.place.annotations))) is None:
        change = Update().set(entity="annotations", poll_closed_at=clock.now_ms()).add(version=1)
        close = transactions.update(
            settings().chat_table, found.place.annotations, change, condition=IS_TAKING & _IS_OPEN, tell=True
        )
        try:
            dynamodb.transact([close, *still_may_write(caller, found.membership)])
        except TransactionRefused as refused:
            if not refused.failed(0):
                check_still_may_write(caller, found.place)
                raise Unavailable("The conversation is too busy") from None
            if "closed" in (refused.item(0) or {}):
                raise MessageDeleted from None
    return _answer(found.place, poll, _votes_of(caller, found.place, poll))


def withdraw(raw: RawItem) -> None:
    """Take back the votes in an item, whoever asks, in a closed poll too. 1 RRU, 4 WRU."""
    at = dynamodb.key_of(raw)
    ballot = _Ballot(at, Key(at.pk, keys.annotations_sk(keys.seq_of(at.sk))), text(raw, "user_id"))
    for _ in range(ATTEMPTS):
        before = ballot.read()
        if before is None:
            return
        try:
            ballot.remove(before)
        except TransactionRefused as refused:
            if refused.failed(0):
                continue
            dynamodb.delete(
                settings().chat_table, ballot.at
            )  # of a message that is deleted for good: nothing counts it
        return
    raise Unavailable("Others are voting at this moment")


def _poll_of(found: Found) -> StoredPoll:
    """The poll of a message, which a tombstone has no more; raises `PollNotFound`."""
    poll: StoredPoll | None = found.item.poll
    if poll is None:
        raise PollNotFound
    return poll


def _check_options(poll: StoredPoll, options: Sequence[str]) -> Options:
    """These options in the poll's order, each once; raises `InvalidVotes`."""
    known = option_ids(poll)
    if unknown := [each for each in options if each not in known]:
        raise InvalidVotes(f"The poll has no option {unknown[0]}")
    chosen = tuple(each for each in known if each in options)
    if len(chosen) > poll["max_votes"]:
        raise InvalidVotes(f"A user votes for at most {poll['max_votes']} of the options")
    return chosen


def _check_open(refused: TransactionRefused) -> None:
    """Say why the annotations count nothing, where it is they that refuse; raises `MessageDeleted`, `PollClosed`."""
    if refused.failed(1):
        raise MessageDeleted if "closed" in (refused.item(1) or {}) else PollClosed


def _cast(place: Place, poll: StoredPoll, mine: Options) -> VotesCast:
    return _answer(place, poll, read_votes(_read(place.annotations), mine))


def _votes_of(caller: Caller, place: Place, poll: StoredPoll) -> Votes:
    """The votes as they are, and the caller's among them. 2 RRU."""
    return read_votes(_read(place.annotations), _options(_Ballot.of(place, poll, caller.user_id).read()))


def _answer(place: Place, poll: StoredPoll, votes: Votes) -> VotesCast:
    return VotesCast(message_id=str(place.address), results=results_view(poll, votes))


def _read(at: Key) -> RawItem:
    return dynamodb.get(settings().chat_table, at, consistent=True) or {}


def _votes_after(place: Place, passed: str) -> tuple[list[Vote], bool]:
    """The votes of the next users after one, and whether there are more. 1 RRU for about forty."""
    seq = place.address.seq
    items, more = dynamodb.query(
        settings().chat_table,
        place.pk,
        begins_with=keys.votes_prefix(seq),
        limit=READ_AT_ONCE,
        consistent=True,
        after=dynamodb.key(Key(place.pk, keys.vote_sk(seq, passed))) if passed else None,
    )
    votes = [
        Vote(
            user_id=required_text(item, "user_id"),
            options=listed_texts(item, "options"),
            voted_at=clock.to_datetime(required_number(item, "voted_at")),
        )
        for item in items
    ]
    return votes, more is not None


def _position(cursor: str, listing: Listing) -> str:
    match cursors.decode(cursor, listing):
        case [str(user_id)] if ids.is_user_id(user_id):
            return user_id
        case _:
            raise InvalidCursor
