"""From the lines of one conversation to its items, the same each time: what a repetition writes, it writes again alike.

Messages are numbered in the order of the file, from 1 and without gaps, replies in their threads. How far somebody has
read is the last message that was there when they read last, and no less than their own last one: sending is reading.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from parley import clock, ids
from parley.ids import MessageAddress
from parley.jobs.import_lines import (
    ConversationLine,
    Line,
    MembershipLine,
    MessageLine,
    ReactionLine,
    VoteLine,
    ms,
)
from parley.jobs.import_messages import Ballot, Numbered, file_ids, gaps_of, items_of, marked
from parley.media.attachments import Files
from parley.messaging.access import details_key, member_summary_key, meta_key
from parley.messaging.conversations.previews import preview
from parley.messaging.items import (
    DetailsItem,
    MembershipItem,
    MemberSummaryItem,
    ThreadFollowItem,
)
from parley.messaging.members.memberships import new_membership
from parley.messaging.messages.pins import PREFIX as PIN_PREFIX
from parley.messaging.messages.thread_follows import follow_key
from parley.permissions.roles import Role
from parley.tables import keys
from parley.tables.attributes import RawItem, item
from parley.tables.items import ChatItem
from parley.tables.keys import Key
from parley.tables.shards import shard_of


class Block:
    """A conversation of the file, as it is to stand in the tables."""

    def __init__(self, tenant_id: str, source: str, lines: Sequence[Line]) -> None:
        first = lines[0]
        if not isinstance(first, ConversationLine):
            raise TypeError("a block begins with a conversation")
        self.line, self.tenant_id, self._source = first, tenant_id, source
        self.members: dict[str, MembershipLine | None] = dict.fromkeys([first.created_by, *first.members])
        self.messages: list[Numbered] = []
        self.seq = 0
        self._times: list[int] = []
        """When each number of the conversation was sent, or an earlier one, if that was later."""
        self.id = conversation_id_of(tenant_id, source, first, first.members)
        by_id: dict[str, Numbered] = {}
        for line in lines[1:]:
            if isinstance(line, MembershipLine):
                self.members[line.user_id] = line
            elif isinstance(line, MessageLine):
                by_id[line.message_id] = self._number(line, by_id)
            elif isinstance(line, ReactionLine):
                given = by_id[line.message_id].reactions.setdefault(line.reaction, [])
                if line.user_id not in given:
                    given.append(line.user_id)
            elif isinstance(line, VoteLine):
                voted = by_id[line.message_id]
                voted.votes[line.user_id] = Ballot(line.options, ms(line.voted_at) or voted.sent_at)

    def _number(self, line: MessageLine, by_id: dict[str, Numbered]) -> Numbered:
        at, root = ms(line.created_at) or 0, by_id.get(line.parent_id or "")
        shown = root is None or line.show_in_conversation
        if shown:
            self.seq += 1
            self._times.append(max(at, self._times[-1] if self._times else 0))
        if root is None:
            numbered = Numbered(line, MessageAddress(self.id, self.seq, None), None, at)
        else:
            address = MessageAddress(self.id, len(root.replies) + 1, root.address.seq)
            numbered = Numbered(line, address, self.seq if shown else None, at)
            root.replies.append(numbered)
        numbered.file_ids = file_ids(self.tenant_id, self._source, line)
        if line.quoted_id is not None:
            numbered.quoted = by_id[line.quoted_id].address
        self.messages.append(numbered)
        return numbered

    @property
    def created_at(self) -> int:
        """As the file says, or with the first message."""
        return ms(self.line.created_at) or (self._times[0] if self._times else clock.now_ms())

    @property
    def size(self) -> int:
        """How many steps `items` has."""
        return len(self.messages) + len(self._people)

    def end_of(self, start: int, most: int, *, most_files: int) -> int:
        """Where a part ends that begins at a step: after so many steps, or messages with so many files."""
        named = 0
        for place in range(start, min(start + most, self.size)):
            named += len(self.messages[place].file_ids) if place < len(self.messages) else 0
            if named >= most_files:
                return place + 1
        return min(start + most, self.size)

    def items(self, start: int, end: int, files: Files) -> Iterator[RawItem]:
        """What these messages are, and after the last of them what each member is."""
        for place in range(start, end):
            if place < len(self.messages):
                yield from items_of(
                    self.tenant_id,
                    self.messages[place],
                    members=self.members,
                    pinned_by=self.line.created_by,
                    files=files,
                )
            else:
                yield self._people[place - len(self.messages)]

    @cached_property
    def _people(self) -> list[RawItem]:
        """Members, their places in threads, the notes of who was only here before, the pins and the older gaps."""
        people = [marked(self._membership(user_id)) for user_id in self.members]
        people += [marked(follow) for root in self.messages if root.replies for follow in self._follows(root)]
        people += [self._former(user_id) for user_id in sorted(self.named - self.members.keys())]
        pins = {f"{PIN_PREFIX}{m.address.place}": {"by": self.line.created_by, "at": m.sent_at} for m in self.pinned}
        if pins:
            at = Key(keys.conversation(self.tenant_id, self.id), keys.PINS_SK)
            people.append(item({**at._asdict(), **pins, "entity": "pins", "pin_count": len(pins), "version": 1}))
        return people + self._gaps[1]

    @cached_property
    def _gaps(self) -> tuple[dict[str, Any], list[RawItem]]:
        """What `META` says of the numbers that are unread for nobody, and the items that hold most of many."""
        gaps = [m.place for m in self.messages if m.line.is_gap and m.place is not None]
        return gaps_of(self.meta.pk, gaps)

    @property
    def named(self) -> set[str]:
        """Whoever wrote, reacted or voted: an erasure finds what they left by a note, where they are no members."""
        reacted = {user_id for m in self.messages for user_ids in m.reactions.values() for user_id in user_ids}
        voted = {user_id for m in self.messages for user_id in m.votes}
        return reacted | voted | {m.line.author_id for m in self.messages if m.line.author_id is not None}

    @property
    def pinned(self) -> list[Numbered]:
        return [message for message in self.messages if message.line.pinned and message.is_alive]

    @cached_property
    def _own(self) -> dict[str, int]:
        """The number of each author's last message in the conversation."""
        own: dict[str, int] = {}
        for message in self.messages:
            if message.place is not None:
                own[message.line.author] = message.place
        return own

    def _membership(self, user_id: str) -> MembershipItem:
        line = self.members[user_id]
        joined_at, read_at = (None, None) if line is None else (ms(line.joined_at), ms(line.read_at))
        join_seq = 0 if joined_at is None else bisect_right(self._times, joined_at - 1)
        member = new_membership(
            self.tenant_id,
            self.id,
            user_id,
            conversation_type=self.line.conversation_type,
            declared_type=self.line.declared_type,
            role=self.roles[user_id],
            join_seq=join_seq,
            history=self.line.history,
        )
        read = self.seq if read_at is None else bisect_right(self._times, read_at)
        member.read_seq = max(read, join_seq, self._own.get(user_id, 0))
        member.read_at = read_at
        member.joined_at = self.created_at if joined_at is None else joined_at
        return member

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Of each member; who created a group owns it where nobody else does. Members of a direct one are equal."""
        roles: dict[str, Role] = {}
        for user_id, line in self.members.items():
            roles[user_id] = (line and line.role) or "member"
        if self.line.conversation_type != "direct" and "owner" not in roles.values():
            roles[self.line.created_by] = "owner"
        return roles

    def _follows(self, root: Numbered) -> Iterator[ThreadFollowItem]:
        """Who wrote the root or a reply follows the thread: unread is what came after they read last."""
        last: dict[str, int] = {root.line.author: 0}
        last |= {reply.line.author: reply.address.seq for reply in root.replies}
        times = [reply.sent_at for reply in root.replies]
        for user_id, own in last.items():
            if user_id not in self.members:
                continue
            line = self.members[user_id]
            read_at = None if line is None else ms(line.read_at)
            read = len(times) if read_at is None else sum(time <= read_at for time in times)
            at = follow_key(self.tenant_id, user_id, root.address)
            yield ThreadFollowItem(
                pk=at.pk,
                sk=at.sk,
                gpk=keys.thread_followers(self.tenant_id, self.id, root.address.seq),
                gsk=keys.member_gsk(user_id),
                conversation_id=self.id,
                root_seq=root.address.seq,
                read_seq=max(read, own),
                read_at=read_at or times[max(read, own) - 1] if max(read, own) else read_at,
                followed_at=times[own - 1] if own else root.sent_at,
                version=clock.now_ms(),
            )

    def _former(self, user_id: str) -> RawItem:
        at = Key(keys.user(self.tenant_id, user_id), keys.former_membership_sk(self.id))
        return item({**at._asdict(), "entity": "former_membership", "version": 1})

    def closing_items(self, opened_with: str) -> list[ChatItem]:
        """What makes the conversation whole, beside `META`."""
        details, summary = details_key(self.tenant_id, self.id), member_summary_key(self.tenant_id, self.id)
        return [
            DetailsItem(
                pk=details.pk,
                sk=details.sk,
                gpk=keys.conversations(self.tenant_id, shard_of(self.id)),
                gsk=keys.membership_sk(self.id),
                custom=self.line.custom or None,
                history=self.line.history,
                opened_with=opened_with,
            ),
            MemberSummaryItem(
                pk=summary.pk,
                sk=summary.sk,
                type=self.line.conversation_type,
                member_count=len(self.members),
                owner_count=sum(role == "owner" for role in self.roles.values()),
                history=self.line.history,
                team=self.line.team,
                last_joined_at=clock.now_ms(),
            ),
        ]

    def state(self) -> dict[str, object]:
        """What `META` says once all is there: its number, the gaps, and the newest message, silent ones apart."""
        facts: dict[str, object] = {"seq": self.seq, "last_at": self.created_at, **self._gaps[0]}
        shown = (m for m in reversed(self.messages) if m.place is not None and not m.line.silent)
        newest = next(shown, None)
        if newest is not None:
            reply = newest.address if newest.address.root_seq is not None else None
            facts |= preview(newest.line.author, newest.heading, newest.sent_at, reply=reply)
            facts["last_seq"] = newest.place
            if not newest.is_alive:
                facts["last_text"] = None
        return facts

    @property
    def meta(self) -> Key:
        return meta_key(self.tenant_id, self.id)


def conversation_id_of(tenant_id: str, source: str, line: ConversationLine, members: Sequence[str]) -> str:
    """The id that a conversation of a source always gets."""
    if line.conversation_type == "direct":
        (other,) = {line.created_by, *members} - {line.created_by}
        return ids.direct_id(tenant_id, line.created_by, other)
    return ids.derived_id("imported", tenant_id, source, line.conversation_id)
