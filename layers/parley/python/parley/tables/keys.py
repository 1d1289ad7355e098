"""The only place that spells a key. Every partition key begins with the tenant; sequence numbers have 12 digits.

Sort keys in a conversation's partition are chosen so that a page of history reads nothing but messages and their
annotations: edits (`E#`), gaps (`G#`) and reaction overflow (`O#`) sort before `M#`, the conversation itself after.
"""

from typing import NamedTuple


class Key(NamedTuple):
    """Partition and sort key of an item."""

    pk: str
    sk: str


def tenant(tenant_id: str) -> str:
    return f"T#{tenant_id}"


def secrets(tenant_id: str) -> str:
    """Key material, apart from the tenant so that IAM can keep it to the authorizer and the token function."""
    return f"T#{tenant_id}#SECRETS"


def user(tenant_id: str, user_id: str) -> str:
    return f"T#{tenant_id}#U#{user_id}"


def directory(tenant_id: str, shard: str) -> str:
    """A sixteenth of the tenant's users by name; `shard` is a hexadecimal digit."""
    return f"T#{tenant_id}#USERS#{shard}"


def conversation(tenant_id: str, conversation_id: str) -> str:
    return f"T#{tenant_id}#C#{conversation_id}"


def thread(tenant_id: str, conversation_id: str, root_seq: int) -> str:
    return f"T#{tenant_id}#C#{conversation_id}#TH#{root_seq:012d}"


def members(tenant_id: str, conversation_id: str) -> str:
    """Partition of the `collection` index with a conversation's members."""
    return f"T#{tenant_id}#C#{conversation_id}#MEM"


def idempotency(tenant_id: str, scope: str, user_id: str, key: str) -> Key:
    return Key(f"T#{tenant_id}#I#{scope}#{user_id}#{key}", "I")


def rate_limit(tenant_id: str, scope: str) -> Key:
    return Key(f"T#{tenant_id}#RL#{scope}", "RL")


def message_sk(seq: int) -> str:
    return f"M#{seq:012d}"


def annotations_sk(seq: int) -> str:
    """What others hang on a message: reactions, and the count of its replies."""
    return f"M#{seq:012d}#R"


def gaps_sk(span: int) -> str:
    """The overflowed gaps of one span of sequence numbers."""
    return f"G#{span:012d}"


def edit_sk(seq: int, version: int) -> str:
    """The text that a message had at a version before it was edited."""
    return f"E#{seq:012d}#{version:06d}"


def membership_sk(conversation_id: str) -> str:
    return f"C#{conversation_id}"


def signing_key_sk(kid: str) -> str:
    return f"KEY#{kid}"


TENANT_SK = "TENANT"
USER_SK = "USER"
META_SK = "META"
"""A conversation's, or a thread's, hot state: sequence, last message, gaps. Kept below 1 KiB, so a send costs 1 WRU."""
DETAILS_SK = "DETAILS"
"""What changes rarely and may be large: custom data and settings."""
ROSTER_SK = "ROSTER"
"""Member and owner counts, apart from META so that joins never conflict with sends."""
