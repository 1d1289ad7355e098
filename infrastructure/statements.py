"""From grants to the conditions of IAM statements: which DynamoDB actions, on which table, on which partition keys.

`dynamodb:LeadingKeys` holds the partition keys that a call names. A call that names one key (most of them) is held
against any of a statement's key spaces. A batch names many keys at once and IAM wants all of them inside one
statement, so all spaces of a role's batch action share one, whichever grants name them. So do
the writes of a transaction, for it alone (ADR 57). Pure data: no `aws_cdk` here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from infrastructure.access import KEY_PATTERNS, SESSIONS_TENANT, Grant, KeySpace, Table, of_tenant

BATCH_ACTIONS = frozenset({"BatchGetItem", "BatchWriteItem"})
TRANSACTED_ACTIONS = frozenset({"ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"})
READ_ACTIONS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "ConditionCheckItem"})

Conditions = dict[str, dict[str, list[str]]]
_Allowed = tuple[Table, str | None, frozenset[str]]
"""A table or its index, and what may be done there."""


@dataclass(frozen=True)
class KeyedStatement:
    """`actions` on a table (or one of its indexes), for partition keys that match `like` and none of `not_like`."""

    table: Table
    index: str | None
    actions: tuple[str, ...]
    like: tuple[str, ...]
    not_like: tuple[str, ...]
    in_transactions: bool = False
    """For what a transaction does, and not for the same action called by itself."""

    @property
    def conditions(self) -> Conditions:
        """`Null` refuses a call without a key, such as a Scan: `ForAllValues` alone is true of nothing."""
        conditions: Conditions = {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(self.like)},
            "Null": {"dynamodb:LeadingKeys": ["false"]},
        }
        if self.not_like:
            conditions["ForAllValues:StringNotLike"] = {"dynamodb:LeadingKeys": list(self.not_like)}
        if self.in_transactions:
            conditions["ForAnyValue:StringEquals"] = {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
        return conditions


def bound_to_tenant(statement: KeyedStatement, tenant: str = SESSIONS_TENANT) -> KeyedStatement:
    """The same for the partitions of one tenant alone, the session's unless named; Parley's own stay as they are."""
    return replace(statement, like=tuple(of_tenant(like, tenant) for like in statement.like))


def keyed_statements(given: Iterable[Grant]) -> tuple[KeyedStatement, ...]:
    """The statements that allow exactly these grants; those with the same keys are merged."""
    grants = tuple(given)
    merged: dict[tuple[Table, str | None, tuple[str, ...], tuple[str, ...]], set[str]] = {}
    for (table, index, actions), spaces in (*_single(grants), *_batches(grants)):
        merged.setdefault((table, index, *_patterns(spaces)), set()).update(actions)
    alone = (
        KeyedStatement(table, index, _named(actions), like, not_like)
        for (table, index, like, not_like), actions in merged.items()
    )
    return (*alone, *_transactions(grants))


def _named(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"dynamodb:{action}" for action in sorted(actions))


def _transactions(grants: Sequence[Grant]) -> Iterator[KeyedStatement]:
    """A transaction names many keys, of both tables: AWS does not say whether each of its actions is held against its
    own key or against all of them. The statements above allow the one, these the other, and only inside transactions.
    """
    writing = [grant for grant in grants if grant.index is None and TRANSACTED_ACTIONS & set(grant.actions)]
    spaces = tuple(dict.fromkeys(space for grant in writing for space in grant.spaces))
    if len(spaces) < 2:  # noqa: PLR2004 - of one key space, both readings are the same
        return
    by_table: dict[Table, set[str]] = {}
    for grant in writing:
        by_table.setdefault(grant.table, set()).update(TRANSACTED_ACTIONS & set(grant.actions))
    for table, actions in by_table.items():
        yield KeyedStatement(table, None, _named(actions), *_patterns(spaces), in_transactions=True)


def _single(grants: Iterable[Grant]) -> Iterator[tuple[_Allowed, Sequence[KeySpace]]]:
    """What names one key: key spaces where the same may be done share a statement, but for those with an exception."""
    allowed: dict[tuple[Table, str | None, KeySpace], set[str]] = {}
    for grant in grants:
        for space in grant.spaces:
            allowed.setdefault((grant.table, grant.index, space), set()).update({*grant.actions} - BATCH_ACTIONS)
    together: dict[_Allowed, list[KeySpace]] = {}
    for (table, index, space), actions in allowed.items():
        if actions and KEY_PATTERNS[space].not_like is None:
            together.setdefault((table, index, frozenset(actions)), []).append(space)
        elif actions:
            yield (table, index, frozenset(actions)), (space,)
    yield from together.items()


def _batches(grants: Iterable[Grant]) -> Iterator[tuple[_Allowed, Sequence[KeySpace]]]:
    """What names many keys at once: all key spaces of an action share a statement."""
    together: dict[_Allowed, dict[KeySpace, None]] = {}
    for grant in grants:
        for action in sorted(BATCH_ACTIONS & set(grant.actions)):
            together.setdefault((grant.table, grant.index, frozenset((action,))), {}).update(
                dict.fromkeys(grant.spaces)
            )
    yield from ((allowed, tuple(spaces)) for allowed, spaces in together.items())


def _patterns(spaces: Sequence[KeySpace]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the keys of all these spaces match, and what they must not match.

    Where one space is bounded by an exception (a tenant's own item is `T#*` but not `T#*#*`), a statement that covers
    others as well names instead every key space that it does not grant.
    """
    like = tuple(sorted({KEY_PATTERNS[space].like for space in spaces}))
    exceptions = {pattern for space in spaces if (pattern := KEY_PATTERNS[space].not_like)}
    if exceptions and len(spaces) > 1:
        exceptions = {pattern.like for pattern in KEY_PATTERNS.values() if pattern.not_like is None} - set(like)
    return like, tuple(sorted(exceptions))


def touches_secrets(grants: Iterable[Grant]) -> bool:
    """Whether the grants reach the tenants' signing secrets."""
    return any("secrets" in grant.spaces for grant in grants)


def deny_secrets_conditions() -> Conditions:
    """Matches a call that names the partition of any tenant's secrets."""
    return {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": [KEY_PATTERNS["secrets"].like]}}
