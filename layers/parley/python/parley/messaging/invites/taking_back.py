"""What ends an invite or a request to join that nobody has come in by."""

from parley.errors import Unavailable
from parley.identity.caller import Caller
from parley.messaging.access import access_membership, check_well_formed, still_holds_role
from parley.messaging.members.memberships import ATTEMPTS
from parley.permissions.roles import Permission
from parley.settings import settings
from parley.tables import dynamodb, transactions
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key


def take_back(caller: Caller, conversation_id: str, user_id: str, *, at: Key, permission: Permission) -> None:
    """Remove what is of a user and stands in this place: one's own, or another's as who has the permission.

    Absent is fine. Raises as `access_membership` does for another's.
    """
    check_well_formed(conversation_id)
    if user_id == caller.user_id:
        dynamodb.delete(settings().chat_table, at)
        return
    for _ in range(ATTEMPTS):
        mine = access_membership(caller, conversation_id, permission)
        try:
            dynamodb.transact([still_holds_role(mine), transactions.delete(settings().chat_table, at)])
        except TransactionRefused:
            continue
        return
    raise Unavailable("The conversation is too busy")
