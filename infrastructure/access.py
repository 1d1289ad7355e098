"""What a function may call: the vocabulary of `infrastructure/routes.py`.

A grant names DynamoDB actions on a table and the key spaces that they may touch. CDK turns it into an IAM statement
with a `dynamodb:LeadingKeys` condition; the functional tests hold every call of a handler against the same grant, so
a role that lacks a call, and a grant that nothing uses, are both found before a deploy.
"""

from dataclasses import dataclass
from typing import Literal

Table = Literal["chat", "control"]
KeySpace = Literal[
    "tenant",
    "secrets",
    "user",
    "directory",
    "conversation",
    "idempotency",
    "rate_limit",
]


@dataclass(frozen=True)
class KeyPattern:
    """Patterns of a partition key, in IAM's `StringLike` syntax; ids never contain `#`, `*` or `?`."""

    like: str
    not_like: str | None = None


KEY_PATTERNS: dict[KeySpace, KeyPattern] = {
    "tenant": KeyPattern("T#*", not_like="T#*#*"),
    "secrets": KeyPattern("T#*#SECRETS"),
    "user": KeyPattern("T#*#U#*"),
    "directory": KeyPattern("T#*#USERS#*"),
    "conversation": KeyPattern("T#*#C#*"),
    "idempotency": KeyPattern("T#*#I#*"),
    "rate_limit": KeyPattern("T#*#RL#*"),
}


@dataclass(frozen=True)
class Grant:
    """DynamoDB `actions` (without `dynamodb:`) on the key `spaces` of a table or, with `index`, of its index."""

    table: Table
    actions: tuple[str, ...]
    spaces: tuple[KeySpace, ...]
    index: str | None = None


def chat(actions: str, *spaces: KeySpace, index: str | None = None) -> Grant:
    """Grant on the `chat` table; `actions` is a space-separated list."""
    return Grant("chat", tuple(actions.split()), spaces, index)


def control(actions: str, *spaces: KeySpace) -> Grant:
    """Grant on the `control` table; `actions` is a space-separated list."""
    return Grant("control", tuple(actions.split()), spaces)
