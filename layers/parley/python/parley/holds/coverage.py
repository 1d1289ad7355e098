"""What holds keep: nothing that they cover is removed by a retention, a truncation or an erasure (ADR 89).

A hold on a conversation covers it, one on a user covers the user and the conversations that they are or were in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from parley import clock
from parley.holds import holds
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a tenant's holds were on at a moment."""

    tenant_id: str
    conversation_ids: frozenset[str]
    user_ids: frozenset[str]

    def covers(self, conversation_id: str) -> bool:
        """Whether a conversation is kept. 1 or 2 RRU for each user that is held."""
        return conversation_id in self.conversation_ids or self._is_any_in(self.user_ids, [conversation_id])

    def covers_user(self, user_id: str) -> bool:
        """Whether a user is kept, or a conversation that is held itself has them. 1 or 2 RRU for each of those."""
        return user_id in self.user_ids or self._is_any_in([user_id], self.conversation_ids)

    def _is_any_in(self, user_ids: Iterable[str], conversation_ids: Iterable[str]) -> bool:
        pairs = [(user_id, each) for user_id in user_ids for each in conversation_ids]
        return any(dynamodb.map_parallel(lambda pair: self._is_in(*pair), pairs))

    def _is_in(self, user_id: str, conversation_id: str) -> bool:
        """Whether a user is or was there. Who leaves has the former membership before the other goes, so it is read
        after it.
        """
        sks = (keys.membership_sk(conversation_id), keys.former_membership_sk(conversation_id))
        places = [Key(keys.user(self.tenant_id, user_id), sk) for sk in sks]
        return any(dynamodb.get(settings().chat_table, at, consistent=True) is not None for at in places)


def of(tenant_id: str) -> Coverage:
    """What is held now. 1 RRU where there is no hold."""
    now = clock.now_ms()
    standing = [each for each in holds.all_of(tenant_id) if each.until is None or each.until > now]
    return Coverage(
        tenant_id,
        frozenset(each.conversation_id for each in standing if each.conversation_id is not None),
        frozenset(each.user_id for each in standing if each.user_id is not None),
    )
