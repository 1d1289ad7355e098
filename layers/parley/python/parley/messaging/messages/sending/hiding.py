"""Sending in a shadow ban: the message gets its number, its author finds it there, and for all others there is nothing.

Its number is given out together with its gap, so it is never unread. The message is written first, apart, and then its
place is closed with a mark that tells its author alone; nothing reads one without the other. A key whose claim says
that the message is shadowed makes a shadowed one whatever has become of the ban, and one whose message is there stays
as it was sent. In between, where a request has claimed its key and died, the claim is bound to new numbers, after the
old ones have been closed. See docs/adr/0094.
"""

from contextlib import suppress
from typing import Any

from parley import clock
from parley.errors import Unavailable
from parley.messaging.conversations.gaps import record_unused, settle
from parley.messaging.items import MessageItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.messages.sending.claims import Claim, Numbers, Outgoing, give_back, rebind
from parley.messaging.messages.sending.writing import item_of, refusal_of
from parley.messaging.messages.shadowed.items import ShadowedMessageItem
from parley.messaging.messages.threads import reference_item
from parley.messaging.messages.views import message_address
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, exists
from parley.tables.keys import Key


def hide(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> MessageItem | None:
    """Step 3 of a shadowed send: the message that its author is answered with.

    None where an earlier request with the same key has written it before the ban: that one is to be completed.
    Raises as `access_to_write` does.
    """
    for _ in range(ATTEMPTS):
        if claim.shadow is not None:
            break
        if not _close_earlier(outgoing, numbers, claim):
            return None
        claim = rebind(outgoing, numbers, claim, both=True)
    if claim.shadow is None:
        raise Unavailable("The message is being sent by others")
    is_repeated = claim.seq != numbers.own.seq
    if not is_repeated and (refusal := refusal_of(outgoing, _read_through(outgoing, claim))) is not None:
        raise refusal
    item = item_of(outgoing, numbers.line, claim)
    _put(outgoing, item, claim.shadow)
    if is_repeated:
        give_back(outgoing, numbers, repeated=claim)
    return item


def _read_through(outgoing: Outgoing, claim: Claim) -> int | None:
    """Who sends has read what came before; no receipt has the number of what they have posted."""
    seq = claim.seq if outgoing.parent is None else claim.shown_seq
    return None if seq is None else seq - 1


def _close_earlier(outgoing: Outgoing, numbers: Numbers, claim: Claim) -> bool:
    """See that an earlier request writes nothing any more where all would see it; False where it has."""
    root_seq = None if outgoing.parent is None else outgoing.parent.seq
    if not settle(numbers.line, outgoing.body.conversation_id, [claim.seq], root_seq=root_seq):
        return False
    if claim.shown_seq is not None:
        settle(outgoing.meta, outgoing.body.conversation_id, [claim.shown_seq])
    return True


def _put(outgoing: Outgoing, item: MessageItem, user_id: str) -> None:
    """The message apart, then its void places. Repeating it is fine: what is there stays as it is."""
    tenant_id, address = outgoing.caller.tenant_id, message_address(item)
    at = keys.shadowed(tenant_id, address, user_id)
    apart = ShadowedMessageItem(
        pk=at.pk,
        sk=at.sk,
        gpk=keys.shadowed_by(tenant_id, user_id),
        gsk=keys.shadowed_gsk(int(item.created_at), str(address)),
        **_said(item),
    )
    _put_unless_there(apart)
    _close(item, user_id)
    if item.shown_seq is not None:
        shown = reference_item(tenant_id, item, int(item.shown_seq))
        at = keys.shadowed(tenant_id, message_address(shown), user_id)
        _put_unless_there(ShadowedMessageItem(pk=at.pk, sk=at.sk, **_said(shown)))
        _close(shown, user_id)


def _said(item: MessageItem) -> dict[str, Any]:
    return {name: value for name, value in item.attribute_values.items() if name not in {"pk", "sk", "entity"}}


def _put_unless_there(apart: ShadowedMessageItem) -> None:
    with suppress(ConditionFailed):
        dynamodb.put_if_absent(settings().chat_table, apart.serialize())


def _close(item: MessageItem, user_id: str) -> None:
    """Close a place as `sequence.close` does, with the mark that its author knows; a reader may have closed it."""
    at, seq = item.key, int(item.seq)
    void = Update().set(entity="void", conversation_id=item.conversation_id, seq=seq, created_at=clock.now_ms())
    void.set(void=True, shadow=keys.shadow_mark(at.pk, seq, user_id)).add(version=1)
    if item.root_seq is not None:
        void.set(root_seq=int(item.root_seq))
    dynamodb.update(settings().chat_table, at, void, condition=absent() | exists("void"))
    record_unused(Key(at.pk, keys.META_SK), seq)
