"""As much of IAM as Parley's policies use: whether statements allow an action on partition keys of a table."""

import fnmatch
from collections.abc import Sequence
from typing import Any

KEYS = "dynamodb:LeadingKeys"
ENCLOSING = "dynamodb:EnclosingOperation"


TAG = "${aws:PrincipalTag/tenant}"


def allows(
    statements: Sequence[dict[str, Any]],
    action: str,
    resource: Any,
    keys: Sequence[str],
    *,
    tenant: str = "",
    enclosing: str = "",
) -> bool:
    """An explicit deny wins; otherwise one statement must allow the action on all of the keys.

    `tenant` is the tag of the session; without it, what names the tag matches nothing. `enclosing` is the operation
    that the action is part of, where it is not called by itself.
    """
    matching = [statement for statement in statements if _matches(statement, action, resource, keys, tenant, enclosing)]
    effects = {statement["Effect"] for statement in matching}
    return "Allow" in effects and "Deny" not in effects


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(
    statement: dict[str, Any], action: str, resource: Any, keys: Sequence[str], tenant: str, enclosing: str
) -> bool:
    return (
        any(fnmatch.fnmatchcase(action, pattern) for pattern in as_list(statement["Action"]))
        and resource in as_list(statement["Resource"])
        and all(
            _holds(name, expected[KEYS], keys, tenant)
            if KEYS in expected
            else _encloses(name, expected[ENCLOSING], enclosing)
            for name, expected in statement.get("Condition", {}).items()
        )
    )


def _encloses(operator: str, expected: Any, enclosing: str) -> bool:
    if operator != "ForAnyValue:StringEquals":
        raise NotImplementedError(operator)
    return enclosing in as_list(expected)


def _holds(operator: str, expected: Any, keys: Sequence[str], tenant: str) -> bool:
    patterns = [each.replace(TAG, tenant) for each in as_list(expected) if tenant or TAG not in each]

    def like(key: str) -> bool:
        return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)

    match operator:
        case "ForAllValues:StringLike":
            return all(like(key) for key in keys)
        case "ForAllValues:StringNotLike":
            return not any(like(key) for key in keys)
        case "ForAnyValue:StringLike":
            return any(like(key) for key in keys)
        case "Null":
            return patterns == [str(not keys).lower()]
    raise NotImplementedError(operator)
