"""Flags: what users report to the tenant's moderators, one for each user and message, listed by time."""

from parley import clock
from parley.errors import MessageNotFound, Unavailable
from parley.identity.caller import Caller
from parley.messaging import cases
from parley.messaging.cases import CaseItem
from parley.messaging.items import FlagItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.messages.reading import Found, access_message, check_alive
from parley.messaging.review.schemas import Flag
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import exists
from parley.tables.shards import shard_of


def do_flag(caller: Caller, message_id: str, reason: str | None) -> tuple[Flag, bool]:
    """Report a message; whether this user had not before. The first report stays as it is. 2 RRU, 14 WRU.

    An archived conversation does not keep anyone from it. The report opens the message's case, or adds to it. Where a
    hundred users have reported the message, theirs is not kept: the case says all that one could add. The tenant's
    flags are spread over 16 partitions of the index, each in order of time. Raises `MessageDeleted` and what
    `access_message` raises.
    """
    found = access_message(caller, message_id)
    check_alive(found.item)
    table, place = settings().chat_table, found.place
    still_member = transactions.check(table, found.membership.key, exists())
    for _ in range(ATTEMPTS):
        case = CaseItem.at(cases.case_key(place.message), consistent=True)
        flag = _new(caller, found, reason)
        if case is not None and case.is_full:
            earlier = FlagItem.at(flag.key)
            if earlier is not None or case.closed_at is None:
                return flag_view(earlier or flag), earlier is None
        opened = cases.report(caller.tenant_id, found.item, str(place.address), case, "user", int(flag.created_at))
        actions = [opened, still_member]
        if case is None or not case.is_full:
            counted = [
                *cases.count(caller.tenant_id, caller.user_id, flags_made=1),
                *cases.count(caller.tenant_id, found.item.author_id, flags_received=1),
            ]
            # Two changes of one item cannot be in a transaction: whoever reports themselves is counted once for both.
            if caller.user_id == found.item.author_id:
                counted = cases.count(caller.tenant_id, caller.user_id, flags_made=1, flags_received=1)
            actions += [transactions.put_if_absent(table, flag.serialize(), tell=True), *counted]
        try:
            dynamodb.transact(actions)
        except TransactionRefused as refused:
            if refused.failed(1):
                raise MessageNotFound from None
            if refused.failed(2):
                return flag_view(FlagItem.read(refused.item(2)) or flag), False
        else:
            return flag_view(flag), True
    raise Unavailable("Too many report the message at once")


def _new(caller: Caller, found: Found, reason: str | None) -> FlagItem:
    address, now = found.place.address, clock.now_ms()
    return FlagItem(
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


def flag_view(item: FlagItem) -> Flag:
    return Flag(message_id=item.message_id, reason=item.reason, created_at=clock.to_datetime(int(item.created_at)))
