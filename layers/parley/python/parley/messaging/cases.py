"""Cases: a message that has been reported is one case of the tenant's moderators, however many reported it.

It is written in the transaction of each report, so that no report is without its case. It is in the queue, in a
sixteenth of the index, until it has been decided and everything that was decided has been carried out.
See docs/adr/0095.
"""

from typing import Literal

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from parley import ids
from parley.messaging.items import MessageItem
from parley.settings import settings
from parley.tables import keys, transactions
from parley.tables.expressions import Update, absent, exists, less
from parley.tables.items import ChatItem
from parley.tables.keys import Key
from parley.tables.shards import shard_of
from parley.tables.transactions import Action

Source = Literal["user", "block_list", "pre_send"]
MOST_REPORTERS = 100
"""So many users' reports of a message are kept; a case that has them all is urgent already."""
URGENT, HIGH, NORMAL = 0, 1, 2
FROM_URGENT, FROM_HIGH = 10, 3
"""So many users have reported it."""
OUTCOME = (
    "decision_id", "actions", "pending", "not_done", "reason", "note", "until", "decided_by", "decided_at", "closed_at",
)  # fmt: skip
"""What a case has once it has been decided, until it is opened again."""


class CaseItem(ChatItem):
    """`T#<tenant>#C#<conversation>`, or a thread's / `Q#<seq>#`: a message that moderators decide, or have decided.

    `gpk`, `gsk` list it among the tenant's by urgency and age, as long as it is to be decided. `claimed_by` has it to
    themselves up to `claimed_until`. With `decision_id` it has been decided: `pending` are the actions to carry out,
    `not_done` those that could not be; with `closed_at` everything has been done.
    """

    entity = UnicodeAttribute(default="case")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    conversation_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    author_id = UnicodeAttribute()
    sources = UnicodeSetAttribute(null=True)
    reporters = NumberAttribute(default=0)
    opened_at = NumberAttribute()
    claimed_by = UnicodeAttribute(null=True)
    claimed_until = NumberAttribute(null=True)
    decision_id = UnicodeAttribute(null=True)
    actions = ListAttribute(of=UnicodeAttribute, null=True)
    pending = ListAttribute(of=UnicodeAttribute, null=True)
    not_done = ListAttribute(of=UnicodeAttribute, null=True)
    reason = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    until = NumberAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    decided_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)

    @property
    def is_full(self) -> bool:
        return int(self.reporters) >= MOST_REPORTERS

    @property
    def rank(self) -> int:
        return rank_of(int(self.reporters), set(self.sources or ()))


def rank_of(reporters: int, sources: set[str]) -> int:
    """How urgent a case is: the lowest first."""
    if reporters >= FROM_URGENT:
        return URGENT
    return HIGH if reporters >= FROM_HIGH or sources - {"user"} else NORMAL


def case_key(message: Key) -> Key:
    """Where the case of the message lies that lies here."""
    return Key(message.pk, keys.case_sk(keys.seq_of(message.sk)))


def listing_of(tenant_id: str, message_id: str, rank: int, opened_at: int) -> Update:
    """The change that puts a case into the queue."""
    return Update().set(gpk=keys.cases(tenant_id, shard_of(message_id)), gsk=keys.case_gsk(rank, opened_at, message_id))


def report(
    tenant_id: str, message: MessageItem, message_id: str, found: CaseItem | None, source: Source, now: int
) -> Action:
    """The action that opens a message's case, or adds to it; `found` is the case as it was read.

    A user's report of what has been decided opens the case again, and changes nothing of a decision that is still being
    carried out: it is refused where the case has been closed or opened since. What moderation finds in a new text opens
    it again whatever was decided of the old one, and is never refused.
    """
    by_user = source == "user"
    is_closed = found is not None and found.closed_at is not None
    more = int(by_user and not (found is not None and found.is_full))
    reporters = (0 if found is None else int(found.reporters)) + more
    sources = {source} if found is None else {source, *(found.sources or ())}
    opened_at = now if found is None or is_closed else int(found.opened_at)
    change = Update().set(
        entity="case",
        conversation_id=message.conversation_id,
        message_id=message_id,
        author_id=message.author_id,
        opened_at=opened_at,
    )
    change.add(version=1, sources={source})
    if more:
        change.add(reporters=1)
    if is_closed or not by_user:
        change.remove(*OUTCOME)
    at = case_key(Key(message.pk, keys.message_sk(int(message.seq))))
    listed = change & listing_of(tenant_id, message_id, rank_of(reporters, sources), opened_at)
    if not by_user:
        return transactions.update(settings().chat_table, at, listed)
    as_read = exists("closed_at") if is_closed else absent("closed_at")
    if more:
        as_read &= absent("reporters") | less("reporters", MOST_REPORTERS)
    return transactions.update(settings().chat_table, at, listed, condition=as_read)


class ModerationCountsItem(ChatItem):
    """`T#<tenant>#U#<user>` / `MODERATION`: how often a user was reported, has reported, and what was decided."""

    entity = UnicodeAttribute(default="moderation_counts")
    flags_received = NumberAttribute(default=0)
    flags_made = NumberAttribute(default=0)
    dismissed = NumberAttribute(default=0)
    delete_message = NumberAttribute(default=0)
    warn = NumberAttribute(default=0)
    ban = NumberAttribute(default=0)
    deactivate = NumberAttribute(default=0)
    appeals = NumberAttribute(default=0)
    overturned = NumberAttribute(default=0)


def counts_key(tenant_id: str, user_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.MODERATION_COUNTS_SK)


def count(tenant_id: str, user_id: str | None, **more: int) -> list[Action]:
    """The action that adds to a user's counts; none for who is no user, or no more. 2 WRU."""
    if user_id is None or not ids.is_user_id(user_id):
        return []
    change = Update().set(entity="moderation_counts").add(version=1, **more)
    return [transactions.update(settings().chat_table, counts_key(tenant_id, user_id), change)]
