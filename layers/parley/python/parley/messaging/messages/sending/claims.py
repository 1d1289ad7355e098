"""Claims: which numbers an idempotency key of a send is bound to, so that a repetition writes the same message.

The key is claimed once the numbers are known. A repetition takes the first request's numbers and gives its own back,
which become gaps. Where a reader has closed the first numbers meanwhile, the key is bound to the repetition's. The key
of a message that has been deleted for good says so, and nothing of what the message said.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parley import clock
from parley.errors import IdempotencyKeyReused, MessageDeleted
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.media.attachments import Files
from parley.messaging.access import meta_key
from parley.messaging.conversations.gaps import record_unused, settle
from parley.messaging.items import kinds_of, words_of
from parley.messaging.messages import threads
from parley.messaging.messages.moderating import STORED_AS, verdict_in
from parley.messaging.messages.polls.content import apart, stored_poll
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.sequence import Allocation
from parley.messaging.vocabulary import AttachedKind
from parley.permissions.roles import Permission
from parley.settings import settings
from parley.tables import attributes, dynamodb, idempotency, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals, lasting
from parley.tables.keys import Key

if TYPE_CHECKING:
    from parley.moderation.verdicts import Verdict

IDEMPOTENCY_SCOPE = "messages"
CLOSED_SECONDS = 30 * 24 * 3600
"""How long the key of a message that was deleted for good is kept from sending it anew: longer than clients repeat."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What a copy says of the message that it repeats: whose it was, if that is told, and when; and its files.

    `asked` is what the request names: the same copy is asked for again, though the message may say something else.
    """

    author_id: str | None
    created_at: int
    files: Files
    asked: dict[str, object]


def asked_of(body: SendMessage) -> list[Permission]:
    """What a sender's role must allow: a reply that is shown in the conversation is a post too."""
    asks: dict[Permission, bool] = {
        "reply": body.parent_id is not None,
        "post": body.parent_id is None or body.show_in_conversation,
        "upload": bool(body.attachments),
    }
    return [permission for permission, is_asked in asks.items() if is_asked]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is being sent, by whom, where to, under which key."""

    caller: Caller
    body: SendMessage
    parent: MessageAddress | None
    key: str | None
    files: Files
    mentions: Sequence[str] = ()
    """Those of the users mentioned who are members: what the body says of others is left out."""
    groups: Sequence[str] = ()
    """Those of the user groups mentioned that there are."""
    verdict: "Verdict | None" = None
    forwarded: Forwarded | None = None
    unrestricted: bool = False
    """Neither a frozen conversation nor slow mode holds the sender up."""
    shadow: str | None = None
    """Whom alone the message is shown to, where that is somebody."""
    turn: str = field(default_factory=lambda: secrets.token_hex(16))
    """Names this request, where it has no key, in what the sender has of slow mode."""

    @property
    def asks(self) -> list[Permission]:
        """What the sender's role must allow."""
        return asked_of(self.body)

    @property
    def said(self) -> tuple[str, dict[str, Any] | None]:
        """The text and the poll once moderation has masked them."""
        text, poll = self.body.text, stored_poll(self.body.poll)
        return (text, poll) if self.verdict is None else apart(self.verdict.apply(words_of(text, poll)), poll)

    @property
    def text(self) -> str:
        return self.said[0]

    @property
    def poll(self) -> dict[str, Any] | None:
        return self.said[1]

    @property
    def heading(self) -> str:
        """What previews begin with, as `MessageItem.heading`."""
        text, poll = self.said
        return text or (poll or {}).get("question", "")

    @property
    def kinds(self) -> list[AttachedKind]:
        """As `MessageItem.kinds`."""
        types = [each.get("content_type") for each in self.files.values()]
        return kinds_of(types, located=self.body.location is not None)

    @property
    def meta(self) -> Key:
        return meta_key(self.caller.tenant_id, self.body.conversation_id)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What step 1 gave out, and when: the message's number, and one in the conversation for a reply shown there too."""

    line: Key
    given_at: int
    own: Allocation
    shown: Allocation | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Which numbers a send holds, since when and under which verdict: its own, or those of the request it repeats.

    `shadow` is whom alone its message is shown to.
    """

    seq: int
    shown_seq: int | None
    created_at: int
    replayed: bool = False
    verdict: "Verdict | None" = None
    shadow: str | None = None


def claim_numbers(outgoing: Outgoing, numbers: Numbers) -> Claim:
    """Step 2: bind the key to these numbers, or learn those that a first request bound to it.

    Raises `IdempotencyKeyReused` where that had another body, `MessageDeleted` where its message is gone for good.
    """
    shown_seq = None if numbers.shown is None else numbers.shown.seq
    mine = Claim(numbers.own.seq, shown_seq, numbers.given_at, shadow=outgoing.shadow)
    if outgoing.key is None:
        return mine
    verdict = outgoing.verdict
    record = {
        **_claim_key(outgoing)._asdict(),
        "entity": "send",
        "body_hash": _body_hash(outgoing),
        "seq": mine.seq,
        "shown_seq": mine.shown_seq,
        "created_at": mine.created_at,
        "shadow": mine.shadow,
        STORED_AS: verdict.stored() if verdict is not None and verdict.says_something else None,
    }
    try:
        dynamodb.put_if_absent(settings().control_table, attributes.item(record))
    except ConditionFailed as failed:
        return _claimed(outgoing, failed.item)
    return mine


def earlier_claim(outgoing: Outgoing) -> Claim | None:
    """What an earlier request with the same key has claimed. 1 RRU. Raises as `claim_numbers` does."""
    if outgoing.key is None:
        return None
    record = dynamodb.get(settings().control_table, _claim_key(outgoing), consistent=True)
    return None if record is None else _claimed(outgoing, record)


def _claimed(outgoing: Outgoing, record: RawItem | None) -> Claim:
    """The claim in a record. Raises `MessageDeleted` where its message is gone for good, `IdempotencyKeyReused`."""
    if record is None or "closed" in record:
        raise MessageDeleted("The message that was sent with this key has been deleted")
    if attributes.text(record, "body_hash") != _body_hash(outgoing):
        raise IdempotencyKeyReused
    return Claim(
        attributes.required_number(record, "seq"),
        attributes.number_or_none(record, "shown_seq"),
        attributes.required_number(record, "created_at"),
        replayed=True,
        verdict=verdict_in(record) if STORED_AS in record else None,
        shadow=attributes.text(record, "shadow"),
    )


def _body_hash(outgoing: Outgoing) -> str:
    """Of what was asked, not of what moderation makes of it; a field that bodies have later changes no earlier hash."""
    if outgoing.forwarded is not None:
        return idempotency.body_hash(outgoing.forwarded.asked)
    return idempotency.body_hash(outgoing.body.model_dump(mode="json", exclude_defaults=True))


def earlier_verdict(outgoing: Outgoing) -> "Verdict | None":
    """The verdict under which an earlier request with the same key was carried out. 1 RRU."""
    claim = earlier_claim(outgoing)
    if claim is None:
        return None
    from parley.moderation.verdicts import CLEAN  # noqa: PLC0415 - for tenants that moderate

    return claim.verdict or CLEAN


def claim_key(tenant_id: str, user_id: str, key: str) -> Key:
    """Where a send keeps its key: as long as the message lives, so it has no expiry.

    By its hash: what is left of a message that is deleted for good does not tell the key either.
    """
    return keys.idempotency(tenant_id, IDEMPOTENCY_SCOPE, user_id, _hashed(key))


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def turn_of(outgoing: Outgoing) -> str:
    """What a send and its repetitions have in common, and no other request: not to be told what the key is."""
    return outgoing.turn if outgoing.key is None else _hashed(outgoing.key)


def close_key(tenant_id: str, user_id: str, key: str) -> None:
    """A message is being deleted for good: a repetition of its send finds that, and nothing of what it said. 1 WRU."""
    with suppress(ConditionFailed):  # no key, or one that a user's erasure has removed
        dynamodb.update(
            settings().control_table,
            claim_key(tenant_id, user_id, key),
            Update()
            .set(closed=True, expires_at=clock.now_ms() // 1000 + CLOSED_SECONDS)
            .remove("body_hash", "seq", "shown_seq", "created_at", "shadow", STORED_AS),
            condition=lasting(),
        )


def _claim_key(outgoing: Outgoing) -> Key:
    return claim_key(outgoing.caller.tenant_id, outgoing.caller.user_id, outgoing.key or "")


def rebind(outgoing: Outgoing, numbers: Numbers, claim: Claim, *, both: bool) -> Claim:
    """Bind the key to this request's numbers, `both` or the one in the conversation; the claim that holds.

    Another repetition may have bound it anew before. Raises as `claim_numbers` does.
    """
    if outgoing.key is None:
        shown = None if numbers.shown is None else numbers.shown.seq
        seq, created_at = (numbers.own.seq, numbers.given_at) if both else (claim.seq, claim.created_at)
        return Claim(seq, shown, created_at, shadow=outgoing.shadow)
    change, is_as_claimed = Update(), equals("seq", claim.seq)
    if both:
        change.set(seq=numbers.own.seq, created_at=numbers.given_at).set_or_remove(shadow=outgoing.shadow)
    if numbers.shown is not None:
        change.set(shown_seq=numbers.shown.seq)
        is_as_claimed &= equals("shown_seq", claim.shown_seq)
    try:
        bound = dynamodb.update(
            settings().control_table,
            _claim_key(outgoing),
            change,
            condition=is_as_claimed,
            returning="ALL_NEW",
        )
    except ConditionFailed as failed:
        return _claimed(outgoing, failed.item)
    return _claimed(outgoing, bound)


def give_back(outgoing: Outgoing, numbers: Numbers, *, repeated: Claim | None = None) -> None:
    """A repetition needs no number: its own become gaps, and the preview is again of the newest message."""
    meta = outgoing.meta
    if numbers.line == meta:
        record_unused(meta, numbers.own.seq)
        return
    thread = record_unused(numbers.line, numbers.own.seq)
    if thread is not None and outgoing.parent is not None:
        is_newest = repeated is not None and repeated.shadow is None and repeated.seq == numbers.own.seq - 1
        replied_at = repeated.created_at if repeated is not None and is_newest else None
        threads.set_reply_count(outgoing.caller.tenant_id, outgoing.parent, thread, replied_at)
    if numbers.shown is not None:
        record_unused(meta, numbers.shown.seq)


def abandon(outgoing: Outgoing, given: Sequence[tuple[Key, int]]) -> None:
    """Close the numbers that were given out for a send that failed, unless its message is there after all.

    `given` are lines and numbers. A message that is there keeps its place in the conversation open too: a repetition
    that comes soon completes it.
    """
    for line, seq in sorted(given, key=lambda each: each[0] == outgoing.meta):
        root = None if line == outgoing.meta else outgoing.parent
        root_seq = None if root is None else root.seq
        if not settle(line, outgoing.body.conversation_id, [seq], root_seq=root_seq):
            return
        if root is not None:
            threads.show_reply_count(outgoing.caller.tenant_id, root)
