"""A member's own settings of a conversation: hidden, archived for them, pinned, labels.

They stand on the membership, so that a list reads them anyway, and go when the member does. A hidden conversation comes
back by itself: what it had reached is compared with its newest message, so no send writes to those who have hidden it.
"""

from collections.abc import Mapping
from contextlib import suppress

from parley import clock
from parley.errors import Unavailable, VersionConflict
from parley.identity.caller import Caller
from parley.messaging import activity
from parley.messaging.access import check_membership, check_well_formed, membership_key, meta_key
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.memberships import ATTEMPTS
from parley.messaging.members.schemas import ConversationSettings, Hidden, UpdateSettings
from parley.messaging.members.views import settings_view
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Condition, Update, equals

SHOWN: Mapping[str, object] = {"hidden": None, "hidden_seq": None}
"""What is stored of a conversation that is not hidden."""


def do_update(
    caller: Caller, conversation_id: str, body: UpdateSettings, *, if_match: int | None
) -> ConversationSettings:
    """Change what the body names. 2 RRU, and 4 WRU where that changes anything.

    Raises as `access_membership` does, and `VersionConflict` unless the membership still has the version `if_match`.
    """
    check_well_formed(conversation_id)
    mine = membership_key(caller.tenant_id, caller.user_id, conversation_id)
    meta = meta_key(caller.tenant_id, conversation_id)
    for _ in range(ATTEMPTS):
        found = dynamodb.batch_get(settings().chat_table, [mine, meta], consistent=True)
        membership = check_membership(caller, conversation_id, MembershipItem.read(found.get(mine)))
        if if_match not in (None, int(membership.version)):
            raise VersionConflict
        conversation = ConversationItem.from_raw_data(found[meta])
        changes = _changes(membership, conversation, body)
        if not changes:
            return settings_view(membership, conversation)
        with suppress(TransactionRefused):  # it has changed since it was read
            arrange(membership, changes, condition=equals("version", int(membership.version)))
            return settings_view(membership, conversation)
    raise Unavailable("The membership is too busy")


def _changes(membership: MembershipItem, conversation: ConversationItem, body: UpdateSettings) -> dict[str, object]:
    """What the body says otherwise than what is stored, None for what is to be taken away."""
    current = settings_view(membership, conversation)
    changes: dict[str, object] = {
        name: getattr(body, name) or None
        for name in ("archived_for_me", "pinned", "labels")
        if name in body.model_fields_set and getattr(body, name) != getattr(current, name)
    }
    if "hidden" in body.model_fields_set and body.hidden != current.hidden:
        changes |= hiding(body.hidden, conversation)
    return changes


def hiding(how: Hidden | None, conversation: ConversationItem) -> Mapping[str, object]:
    """What is stored of a conversation that is hidden from now on; None shows it."""
    return SHOWN if how is None else {"hidden": how, "hidden_seq": int(conversation.seq)}


def arrange(membership: MembershipItem, changes: Mapping[str, object], *, condition: Condition) -> None:
    """Change settings, and note so beside the member's kept list, on a condition. 4 WRU. Raises `TransactionRefused`.

    The membership is then as it is stored, if it was read in the version that the condition names.
    """
    arranged = {**changes, "arranged_at": clock.now_ms()}
    change = Update().set_or_remove(arranged).add(version=1)
    note = activity.note_action(membership.key.pk, str(membership.conversation_id))
    dynamodb.transact([transactions.update(settings().chat_table, membership.key, change, condition=condition), note])
    for name, value in arranged.items():
        setattr(membership, name, value)
    membership.version += 1


def show_to_author(membership: MembershipItem, seq: int) -> None:
    """Show a conversation to the member who had hidden it for good before they sent its message `seq`. 4 WRU then."""
    if membership.hidden == "always" and int(membership.hidden_seq) < seq:
        with suppress(TransactionRefused):  # hidden anew, shown already, or gone
            arrange(membership, SHOWN, condition=equals("hidden_seq", int(membership.hidden_seq)))
