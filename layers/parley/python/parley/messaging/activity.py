"""Which conversations changed since their members' lists were kept, however late whoever notes that is.

A user with many conversations has a kept list (`parley.messaging.conversations.kept`): what it says of a conversation
holds until that changes. A change is noted beside the list of each such member by a consumer of the change stream, once
for each hour in which somebody sends. Until it has done so the conversation stands among the tenant's unlisted ones,
written by the request that made the change before it is answered. So a list is exact whether the consumer is behind,
repeats itself or stands still: whoever reads it looks at what is unlisted too.

What is sent within an hour in which something was sent before needs no note, nor does any other change in that hour:
those conversations are looked at anyway (`is_covered`). So a send writes one more item once an hour and conversation.
"""

from collections.abc import Iterable
from contextlib import suppress

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import RawItem, item, number, number_or_none
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, at_most, free, less
from parley.tables.keys import Key
from parley.tables.transactions import Action

PERIOD_MS = 3600 * 1000
"""A conversation is noted for its members at most once in it."""
SKEW_MS = 60_000
"""Clocks differ by less, no request takes longer, and no replica of DynamoDB is further behind."""
LEAVING_MS = 20_000
"""How long a conversation stays unlisted after it has been noted."""
READING_MS = 10_000
"""Reads of both that took longer are not believed."""
KEPT_SECONDS = 8 * 24 * 3600
"""Longer than a list is kept, and than the change stream can be behind."""


def is_covered(given_at: int | None, moment: int) -> bool:
    """Whether a change at `moment` needs no note: something was sent at `given_at`, within the same hour."""
    return given_at is not None and given_at // PERIOD_MS == moment // PERIOD_MS


def is_looked_at(given_at: int | None, kept_at: int) -> bool:
    """Whether a list that is kept since `kept_at` must look at this conversation, since changes may have no note."""
    return given_at is not None and given_at // PERIOD_MS >= (kept_at - SKEW_MS) // PERIOD_MS


def note_change(meta: Key, stored: RawItem) -> None:
    """Say that the conversation's `META` has become `stored`, before its members' lists know. 1 WRU, 0 if covered."""
    if not is_covered(number_or_none(stored, "given_at"), clock.now_ms()):
        put_unlisted(keys.tenant_of(meta.pk), keys.conversation_of(meta.pk), number(stored, "version"))


def note_as_stored(meta: Key) -> None:
    """The same after a change that did not return the item. 1 RRU more."""
    stored = dynamodb.get(settings().chat_table, meta, consistent=True)
    if stored is not None:
        note_change(meta, stored)


def put_unlisted(tenant_id: str, conversation_id: str, version: int) -> None:
    """List a conversation among the tenant's unlisted ones, since `META` has this version. 1 WRU."""
    change = Update().set(entity="unlisted", changed=version, expires_at=clock.now_ms() // 1000 + KEPT_SECONDS)
    with suppress(ConditionFailed):
        dynamodb.update(
            settings().control_table,
            Key(keys.unlisted(tenant_id), conversation_id),
            change,
            condition=free() | less("changed", version),
        )


def drop_unlisted(tenant_id: str, conversation_id: str, version: int) -> None:
    """Its members' lists know of the change that made `META` this version, and of those before it. 1 WRU.

    It stays for some seconds more: a reader may have read what is noted beside a list already, and this not yet.
    """
    with suppress(ConditionFailed):
        dynamodb.update(
            settings().control_table,
            Key(keys.unlisted(tenant_id), conversation_id),
            Update().set(expires_at=(clock.now_ms() + LEAVING_MS) // 1000),
            condition=at_most("changed", version),
        )


def read_unlisted(tenant_id: str, most: int) -> list[str] | None:
    """The tenant's unlisted conversations, None where there are more than `most`. 1 RRU for about 35; consistent."""
    found, _ = dynamodb.query(
        settings().control_table, keys.unlisted(tenant_id), limit=most + 1, consistent=True, attributes=("sk",)
    )
    return None if len(found) > most else [str(raw["sk"]["S"]) for raw in found]


def note_for(tenant_id: str, user_ids: Iterable[str], conversation_id: str) -> None:
    """Note beside each of these users' lists that a conversation changed, or that they join it. 1 WRU each."""
    moment = clock.now_ms()
    notes = [_note(keys.user(tenant_id, user_id), conversation_id, moment) for user_id in user_ids]
    dynamodb.put_all(settings().control_table, notes)


def note_action(user_pk: str, conversation_id: str) -> Action:
    """The same for one user, in a transaction with what is noted. 2 WRU."""
    return transactions.put(settings().control_table, _note(user_pk, conversation_id, clock.now_ms()))


def _note(user_pk: str, conversation_id: str, moment: int) -> RawItem:
    sk, expires_at = keys.list_change_sk(moment, conversation_id), moment // 1000 + KEPT_SECONDS
    return item({"pk": user_pk, "sk": sk, "entity": "list_change", "expires_at": expires_at})
