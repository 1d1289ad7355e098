"""Memberships and the counts over them: every change writes both in one transaction, so that they never disagree.

The member summary's counts are added to, never set, on conditions that hold at the commit: whoever takes an owner away
does so only while another is left, however many do it at once. `META`, which every send writes, is in none of these
transactions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from parley import clock
from parley.errors import ConversationArchived, ConversationNotFound, Unavailable
from parley.messaging.access import member_summary_key, membership_key, meta_key
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.vocabulary import Role
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.keys import Key

TRANSACTION_LIMIT = 100
ATTEMPTS = 8
"""How often a change that lost to others is tried again."""

EXISTS = "attribute_exists(pk)"
IS_OPEN = "attribute_exists(pk) AND attribute_not_exists(archived_at)"
KEEPS_AN_OWNER = "(owner_count > :one OR member_count = :one)"
"""Another owner stays, or nobody does: the condition of taking an owner out."""

Entrance = Literal["added", "already_member", "banned"]


def new_membership(
    tenant_id: str,
    conversation_id: str,
    user_id: str,
    *,
    conversation_type: str,
    role: Role,
    join_seq: int,
    history: str,
) -> MembershipItem:
    """A member who joins after the number `join_seq`, with everything up to it read.

    Its version begins at the clock, so that a member who comes back is newer to every consumer than the one who left.
    """
    return MembershipItem(
        pk=keys.user(tenant_id, user_id),
        sk=keys.membership_sk(conversation_id),
        version=clock.now_ms(),
        gpk=keys.members(tenant_id, conversation_id),
        gsk=keys.member_gsk(user_id),
        conversation_id=conversation_id,
        user_id=user_id,
        type=conversation_type,
        role=role,
        join_seq=join_seq,
        visible_from=join_seq if history == "joined" else 0,
        joined_at=clock.now_ms(),
        read_seq=join_seq,
    )


def put_if_absent(item: Any) -> dict[str, Any]:
    """The action that puts an item where none is."""
    return {
        "Put": {
            "TableName": settings().chat_table,
            "Item": item.serialize(),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def must_be_absent(at: Key) -> dict[str, Any]:
    """The action that refuses the transaction where an item stands."""
    return {
        "ConditionCheck": {
            "TableName": settings().chat_table,
            "Key": dynamodb.key(at),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def update_action(
    at: Key,
    expression: str,
    values: RawItem,
    *,
    condition: str,
    names: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The action that updates an item on a condition, and tells what stood there when it is not met."""
    arguments: dict[str, Any] = {
        "TableName": settings().chat_table,
        "Key": dynamodb.key(at),
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values,
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    if names:
        arguments["ExpressionAttributeNames"] = names
    return {"Update": arguments}


def change_counts(
    tenant_id: str,
    conversation_id: str,
    *,
    members: int = 0,
    owners: int = 0,
    condition: str = EXISTS,
    values: RawItem | None = None,
    extra: str = "",
) -> dict[str, Any]:
    """The action that adds to the member summary's counts on a condition; `:one` is there for it to use."""
    adds = {":members": {"N": str(members)}, ":owners": {"N": str(owners)}, ":one": {"N": "1"}}
    return update_action(
        member_summary_key(tenant_id, conversation_id),
        f"{extra} ADD member_count :members, owner_count :owners, version :one".strip(),
        adds | (values or {}),
        condition=condition,
    )


def take_out(
    tenant_id: str, membership: MembershipItem, *, condition: str, values: RawItem | None = None, extra: str = ""
) -> list[dict[str, Any]]:
    """The actions that delete a membership and count it out, if its role is still the one that was read.

    The first is the member summary's, which also refuses to lose the last owner of others; the second the membership's.
    """
    is_owner = membership.role == "owner"
    counts = change_counts(
        tenant_id,
        membership.conversation_id,
        members=-1,
        owners=-1 if is_owner else 0,
        condition=f"{condition} AND {KEEPS_AN_OWNER}" if is_owner else condition,
        values=values,
        extra=extra,
    )
    delete = {
        "TableName": settings().chat_table,
        "Key": dynamodb.key(membership.key),
        "ConditionExpression": "#role = :role",
        "ExpressionAttributeNames": {"#role": "role"},
        "ExpressionAttributeValues": {":role": {"S": membership.role}},
    }
    return [counts, {"Delete": delete}]


def put_former_membership(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Note in the user's partition that they were in a conversation: whoever erases or exports them looks there too.

    Written before they leave, so that no crash loses it. 1 WRU.
    """
    at = Key(keys.user(tenant_id, user_id), keys.former_membership_sk(conversation_id))
    item = {**dynamodb.key(at), "entity": {"S": "former_membership"}, "version": {"N": "1"}}
    dynamodb.put(settings().chat_table, item)


def enter(tenant_id: str, conversation: ConversationItem, user_ids: Sequence[str]) -> dict[str, Entrance]:
    """Make users members of a group or channel, up to 99 a transaction, and say for each what came of it.

    They join at the number that `conversation`, read consistently, has reached. What else it says is only believed
    until the member summary disagrees: the transaction is made on condition that the conversation is open, has the same
    history setting, and has seen no ban beyond those that were looked up (1 RRU a user, where there were any). Who
    enters a conversation that everybody has left owns it. Raises `ConversationNotFound`, `ConversationArchived`.
    """
    results: dict[str, Entrance] = {}
    for start in range(0, len(user_ids), TRANSACTION_LIMIT - 1):
        results |= _Entering(tenant_id, conversation).enter(user_ids[start : start + TRANSACTION_LIMIT - 1])
    return results


class _Entering:
    """One transaction's worth of users who enter, and what is known of the member summary."""

    def __init__(self, tenant_id: str, conversation: ConversationItem) -> None:
        self._tenant_id = tenant_id
        self._conversation = conversation
        self._history = str(conversation.history)
        self._bans = int(conversation.bans)
        self._is_deserted = False

    def enter(self, user_ids: Sequence[str]) -> dict[str, Entrance]:
        results: dict[str, Entrance] = {}
        for _ in range(ATTEMPTS):
            results |= dict.fromkeys(self._banned(user_ids), "banned")
            entering = [user_id for user_id in user_ids if user_id not in results]
            if not entering:
                return results
            try:
                dynamodb.transact(self._actions(entering))
            except TransactionRefused as refused:
                if refused.failed(0):
                    self._learn(refused.item(0))
                for position, user_id in enumerate(entering, start=1):
                    if refused.failed(position):
                        results[user_id] = "already_member"
            else:
                return results | dict.fromkeys(entering, "added")
        raise Unavailable("The conversation is too busy")

    def _banned(self, user_ids: Sequence[str]) -> list[str]:
        """Those who are banned, read after the number of bans that the transaction is made on condition of."""
        if self._bans == 0:
            return []
        pk = keys.conversation(self._tenant_id, self._conversation.conversation_id)
        places = {Key(pk, keys.ban_sk(user_id)): user_id for user_id in user_ids}
        found = dynamodb.batch_get(settings().chat_table, places, consistent=True)
        return [user_id for at, user_id in places.items() if at in found]

    def _learn(self, summary: RawItem | None) -> None:
        if summary is None:
            raise ConversationNotFound
        if "archived_at" in summary:
            raise ConversationArchived
        self._history = summary["history"]["S"]
        if int(summary["bans"]["N"]) != self._bans:
            self._bans = int(summary["bans"]["N"])
            self._note_bans()
        self._is_deserted = summary["member_count"]["N"] == "0"

    def _note_bans(self) -> None:
        """Tell those who join next how many bans there were, on the item that they read anyway.

        A ban does not do so itself: `META` would be in its transaction, in the way of sends, or after it, lost to a
        crash. So whoever joins first after a ban pays a refused transaction, and the note for those after them.
        """
        try:
            dynamodb.update(
                settings().chat_table,
                meta_key(self._tenant_id, self._conversation.conversation_id),
                "SET bans = :bans ADD version :one",
                {":bans": {"N": str(self._bans)}, ":one": {"N": "1"}},
                condition="bans < :bans",
            )
        except ConditionFailed:
            return

    def _actions(self, user_ids: Sequence[str]) -> list[dict[str, Any]]:
        conversation_id = self._conversation.conversation_id
        owner = user_ids[0] if self._is_deserted else None
        counts = change_counts(
            self._tenant_id,
            conversation_id,
            members=len(user_ids),
            owners=int(self._is_deserted),
            condition=f"{IS_OPEN} AND history = :history AND bans = :bans AND "
            + ("member_count = :none" if self._is_deserted else "member_count > :none"),
            values={":history": {"S": self._history}, ":bans": {"N": str(self._bans)}, ":none": {"N": "0"}},
        )
        return [
            counts,
            *(
                put_if_absent(
                    new_membership(
                        self._tenant_id,
                        conversation_id,
                        user_id,
                        conversation_type=self._conversation.type,
                        role="owner" if user_id == owner else "member",
                        join_seq=int(self._conversation.seq),
                        history=self._history,
                    )
                )
                for user_id in user_ids
            ),
        ]


def known_users(tenant_id: str, user_ids: Sequence[str]) -> set[str]:
    """Those of the ids that name a user, and one that has not been erased.

    One call for 100; those not found are looked up again, consistently, since a back end creates a user and adds them
    in the next moment.
    """
    places = {Key(keys.user(tenant_id, user_id), keys.USER_SK): user_id for user_id in user_ids}
    table = settings().chat_table
    found = dynamodb.batch_get(table, places) if places else {}
    known = {at for at, item in found.items() if "erased_at" not in item}
    missing = places.keys() - known
    if missing:
        again = dynamodb.batch_get(table, missing, consistent=True)
        known |= {at for at, item in again.items() if "erased_at" not in item}
    return {places[at] for at in known}


def membership_of(tenant_id: str, user_id: str, conversation_id: str) -> MembershipItem | None:
    """Another user's membership as it is at this moment. 1 RRU."""
    return MembershipItem.at(membership_key(tenant_id, user_id, conversation_id), consistent=True)
