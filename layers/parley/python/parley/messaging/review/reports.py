"""Flags: what users report to the tenant's moderators, one for each user and message, listed by time."""

from parley import clock
from parley.errors import MessageNotFound
from parley.identity.caller import Caller
from parley.messaging.items import FlagItem
from parley.messaging.messages.reading import access_message, check_alive
from parley.messaging.review.schemas import Flag
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import exists
from parley.tables.shards import shard_of


def do_flag(caller: Caller, message_id: str, reason: str | None) -> tuple[Flag, bool]:
    """Report a message; whether this user had not before. The first report stays as it is. 1 RRU, 7 WRU.

    An archived conversation does not keep anyone from it. The tenant's flags are spread over 16 partitions of the
    index, each in order of time. Raises `MessageDeleted` and what `access_message` raises.
    """
    found = access_message(caller, message_id)
    check_alive(found.item)
    address, now = found.place.address, clock.now_ms()
    flag = FlagItem(
        pk=found.place.pk,
        sk=keys.flag_sk(address.seq, caller.user_id),
        gpk=keys.flags(caller.tenant_id, shard_of(str(address))),
        gsk=keys.flag_gsk(now, str(address), caller.user_id),
        conversation_id=address.conversation_id,
        message_id=str(address),
        message_version=found.item.version,
        author_id=found.item.author_id,
        user_id=caller.user_id,
        reason=reason,
        created_at=now,
    )
    table = settings().chat_table
    still_member = transactions.check(table, found.membership.key, exists())
    try:
        dynamodb.transact([transactions.put_if_absent(table, flag.serialize(), tell=True), still_member])
    except TransactionRefused as refused:
        if not refused.failed(0):
            raise MessageNotFound from None
        return flag_view(FlagItem.read(refused.item(0)) or flag), False
    return flag_view(flag), True


def flag_view(item: FlagItem) -> Flag:
    return Flag(message_id=item.message_id, reason=item.reason, created_at=clock.to_datetime(int(item.created_at)))
