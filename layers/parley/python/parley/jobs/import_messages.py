"""From the messages of an import to their items, with all that hangs on them: reactions, votes, threads and gaps."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import unquote, urlsplit

from parley import ids
from parley.ids import MessageAddress
from parley.jobs.import_lines import FileOfLine, MessageLine, ms
from parley.media.attachments import Files
from parley.messaging.items import MessageItem, OverflowReactionItem, VoteItem
from parley.messaging.messages import threads
from parley.messaging.messages.annotations import OVERFLOW_PREFIX, USERS_PREFIX, VOTES_PREFIX
from parley.messaging.messages.kinds import REGULAR
from parley.messaging.messages.polls.content import StoredPoll, option_ids, stored_poll
from parley.messaging.messages.reactions.reactions import USERS_KEPT
from parley.messaging.sequence import GAPS_KEPT, OVERFLOW_SPAN
from parley.tables import keys
from parley.tables.attributes import RawItem, item
from parley.tables.items import ChatItem
from parley.tables.keys import Key

IMPORTED = "imported"
"""The attribute of what an import has put: its first record in the stream tells nobody anything."""


LONGEST_NOTE = 100
"""Characters of the name of a file that is not there, of which a message may have thirty."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What somebody has voted for, in the order of the options, and when."""

    options: list[str]
    voted_at: int


@dataclass(slots=True)
class Numbered:
    """A message with its address; `shown_seq` is a reply's number in the conversation, where it has one."""

    line: MessageLine
    address: MessageAddress
    shown_seq: int | None
    sent_at: int
    file_ids: list[str] = field(default_factory=list)
    quoted: MessageAddress | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    votes: dict[str, Ballot] = field(default_factory=dict)
    replies: "list[Numbered]" = field(default_factory=list)

    @property
    def place(self) -> int | None:
        """Its number in the conversation; None of a reply that is not shown there."""
        return self.address.seq if self.address.root_seq is None else self.shown_seq

    @property
    def is_alive(self) -> bool:
        return self.line.deleted_at is None

    @property
    def poll(self) -> StoredPoll | None:
        return stored_poll(self.line.poll)

    @property
    def heading(self) -> str:
        """What previews begin with, as `MessageItem.heading`."""
        return self.line.text or (self.line.poll.question if self.line.poll is not None else "")


def file_ids(tenant_id: str, source: str, line: MessageLine) -> list[str]:
    """The ids that the files of a message always get; none once it is deleted."""
    if line.deleted_at is not None:
        return []
    of_message = ("imported file", tenant_id, source, line.conversation_id, line.message_id)
    return [ids.derived_id(*of_message, str(place)) for place in range(len(line.attachments))]


def name_of(file: FileOfLine) -> str:
    """What a file is called: as its line says, or as its address ends."""
    return file.name or unquote(urlsplit(file.url).path.rpartition("/")[2])[:255].strip() or "file"


def items_of(
    tenant_id: str, message: Numbered, *, members: Container[str], pinned_by: str, files: Files
) -> Iterator[RawItem]:
    """The message and what hangs on it; whom it names is told by name where they are among the `members`.

    Of its files it carries those that are among `files`.
    """
    address = message.address
    pk = keys.conversation(tenant_id, address.conversation_id)
    if address.root_seq is not None:
        pk = keys.thread(tenant_id, address.conversation_id, address.root_seq)
    stored = _stored(pk, message, members=members, pinned_by=pinned_by, files=files)
    yield marked(stored)
    if message.shown_seq is not None:
        yield marked(threads.reference_item(tenant_id, stored, message.shown_seq))
    if message.replies:
        yield from _thread(tenant_id, message)
    beside = _reply_count(message)
    if message.is_alive:
        for kind, user_ids in message.reactions.items():
            beside |= _kind(kind, user_ids)
            for user_id in user_ids[USERS_KEPT:]:
                sk = keys.overflow_reaction_sk(address.seq, kind, user_id)
                yield marked(OverflowReactionItem(pk=pk, sk=sk, reaction=kind, user_id=user_id, version=1))
        if message.reactions:
            beside["kinds"] = set(message.reactions)
        beside |= _counted(message)
        yield from _votes(pk, message)
    if beside:
        at = Key(pk, keys.annotations_sk(address.seq))
        yield item({**at._asdict(), **beside, "entity": "annotations", "version": 1, IMPORTED: True})


def _stored(pk: str, message: Numbered, *, members: Container[str], pinned_by: str, files: Files) -> MessageItem:
    """The message, or the tombstone that is left of it: what a delete takes away is not in that."""
    line, address = message.line, message.address
    carried = {media_id: files[media_id] for media_id in message.file_ids if media_id in files}
    lost = [name_of(line.attachments[at]) for at, each in enumerate(message.file_ids) if each not in files]
    mentions = [each for each in dict.fromkeys(line.mentions) if each in members and message.is_alive]
    stored = MessageItem(
        pk=pk,
        sk=keys.message_sk(address.seq),
        conversation_id=address.conversation_id,
        seq=address.seq,
        root_seq=address.root_seq,
        author_id=line.author,
        mentions=mentions or None,
        attachments=list(carried) or None,
        files=carried or None,
        media_ids=list(carried) or None,
        type=None if line.message_type == REGULAR else line.message_type,
        silent=line.silent or None,
        shown_seq=message.shown_seq,
        created_at=message.sent_at,
        edited_at=ms(line.edited_at),
        version=1,
    )
    if not message.is_alive:
        stored.deleted_at, stored.deleted_by = ms(line.deleted_at), line.author
        return stored
    stored.text = line.text or None
    if lost and not (line.text or carried or line.location or line.poll):
        stored.text = "\n".join(lost)
    stored.location = None if line.location is None else line.location.model_dump(exclude_none=True)
    stored.quoted = None if message.quoted is None else message.quoted.place
    was: dict[str, Any] = {"id": line.message_id}
    if lost:
        was["files_lost"] = [name[:LONGEST_NOTE] for name in lost]
    stored.custom = line.custom | {"imported": was}
    stored.poll = message.poll
    if line.pinned:
        stored.pinned_at, stored.pinned_by = message.sent_at, pinned_by
    return stored


def _kind(kind: str, user_ids: Sequence[str]) -> dict[str, Any]:
    beside: dict[str, Any] = {f"{USERS_PREFIX}{kind}": set(user_ids[:USERS_KEPT])}
    if len(user_ids) > USERS_KEPT:
        beside[f"{OVERFLOW_PREFIX}{kind}"] = len(user_ids) - USERS_KEPT
    return beside


def _counted(message: Numbered) -> dict[str, Any]:
    """What the annotations say of a poll: its votes by option, and when it was closed."""
    beside: dict[str, Any] = {}
    if message.line.poll is None:
        return beside
    if message.line.poll.closed_at is not None:
        beside["poll_closed_at"] = ms(message.line.poll.closed_at)
    if message.votes:
        beside["voters"] = len(message.votes)
        beside["anonymous"] = message.line.poll.anonymous or None
        for ballot in message.votes.values():
            for option in ballot.options:
                beside[f"{VOTES_PREFIX}{option}"] = beside.get(f"{VOTES_PREFIX}{option}", 0) + 1
    return beside


def _votes(pk: str, message: Numbered) -> Iterator[RawItem]:
    poll, seq = message.poll, message.address.seq
    if poll is None:
        return
    for user_id, ballot in message.votes.items():
        voter = keys.anonymous_voter(pk, seq, user_id) if poll["anonymous"] else user_id
        yield marked(
            VoteItem(
                pk=pk,
                sk=keys.vote_sk(seq, voter),
                user_id=None if poll["anonymous"] else user_id,
                options=[each for each in option_ids(poll) if each in ballot.options],
                voted_at=ballot.voted_at,
                version=1,
            )
        )


def _thread(tenant_id: str, root: Numbered) -> Iterator[RawItem]:
    at = threads.meta_key(tenant_id, root.address)
    facts, spilled = gaps_of(at.pk, _deleted(root))
    yield from spilled
    yield item(
        {
            **at._asdict(),
            **facts,
            "entity": "thread",
            "conversation_id": root.address.conversation_id,
            "root_seq": root.address.seq,
            "seq": len(root.replies),
            "version": len(root.replies),
            "given_at": root.replies[-1].sent_at,
            IMPORTED: True,
        }
    )


def _deleted(root: Numbered) -> list[int]:
    return [reply.address.seq for reply in root.replies if not reply.is_alive]


def _reply_count(root: Numbered) -> dict[str, Any]:
    """What the annotations say of the thread under a message; nothing where there is none."""
    if not root.replies:
        return {}
    return {
        "reply_count": len(root.replies) - len(_deleted(root)),
        "thread_version": len(root.replies),
        "last_reply_at": max(reply.sent_at for reply in root.replies),
    }


def gaps_of(pk: str, gaps: Sequence[int]) -> tuple[dict[str, Any], list[RawItem]]:
    """What a sequence says of these gaps, in order: the newest itself, those before in items of their own beside it."""
    kept, spilled = set(gaps[-GAPS_KEPT:]), gaps[:-GAPS_KEPT]
    facts: dict[str, Any] = {"gaps": kept, "gap_count": len(gaps)} if gaps else {}
    if spilled:
        facts |= {"gaps_floor": spilled[-1], "spills": 1}
    items = [
        item({"pk": pk, "sk": keys.gaps_sk(span), "entity": "gaps", "gaps": set(moved), "version": 1, IMPORTED: True})
        for span, moved in groupby(spilled, lambda seq: seq // OVERFLOW_SPAN)
    ]
    return facts, items


def marked(stored: ChatItem) -> RawItem:
    """The item with the mark of an import."""
    return stored.serialize() | {IMPORTED: {"BOOL": True}}
