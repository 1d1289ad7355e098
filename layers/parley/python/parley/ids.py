"""Identifiers: what is well-formed, how new ones are made, and how a message id carries its address.

Ids never contain `#`, `*` or `?`: the first separates the parts of a key, the others are wildcards of IAM policies.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from parley import clock

TenantId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
ConversationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{26}$")]

ONESELF = "me"
"""Stands for the caller where a user is named in a path or a filter."""
DELETED_USER = "_deleted"
"""Stands where a user stood who has been erased."""
SYSTEM_USER = "_system"
"""The author of what a tenant's back end says for no user."""
RESERVED = frozenset({ONESELF, DELETED_USER, SYSTEM_USER, "_block_list", "_pre_send", "_operator"})
"""What users are not called: these names stand for others."""
MAX_SEQ = 10**12 - 1
LAST_MOMENT = 253_402_300_799_999
"""The end of the year 9999, in milliseconds."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_MESSAGE_ID = re.compile(r"([0-9a-z]{26})-(?:([1-9][0-9]{0,11})-)?([1-9][0-9]{0,11})")
_CONVERSATION_ID = re.compile(r"[0-9a-z]{26}")
_USER_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._@:+=-]{0,79}")
_WELL_FORMED_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@:+=-]{0,79}")


def is_user_id(identifier: str) -> bool:
    """Whether a user can have this id."""
    return _USER_ID.fullmatch(identifier) is not None and identifier not in RESERVED


def is_well_formed(identifier: str) -> bool:
    """Whether an id from a path may become part of a key; one that may not names nothing that exists."""
    return _WELL_FORMED_ID.fullmatch(identifier) is not None


def is_conversation_id(identifier: str) -> bool:
    """Whether a conversation can have this id."""
    return _CONVERSATION_ID.fullmatch(identifier) is not None


def check_user_id(identifier: str) -> str:
    """The id; raises `ValueError` for one that no user can have."""
    if not is_user_id(identifier):
        raise ValueError(USER_ID_RULE)
    return identifier


def _check_user_or_me(identifier: str) -> str:
    return identifier if identifier == ONESELF else check_user_id(identifier)


USER_ID_RULE = (
    "A user id has 1 to 80 of the characters A-Z a-z 0-9 . _ @ : + = - and begins with a letter, a digit, _ or -; "
    f"reserved are {', '.join(sorted(RESERVED))}"
)
_USER_ID_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{_USER_ID.pattern}$", "description": USER_ID_RULE})
UserId = Annotated[str, AfterValidator(check_user_id), _USER_ID_SCHEMA]
UserOrMe = Annotated[str, AfterValidator(_check_user_or_me), _USER_ID_SCHEMA]


def new_id() -> str:
    """A new id: 26 characters, sorted by time of creation (10 of milliseconds, 16 random), as a ULID."""
    return timed_id(clock.now_ms(), secrets.randbits(80))


def timed_id(moment: clock.Milliseconds, bits: int) -> str:
    """The id that a moment and 80 bits always give, sorted by the moment."""
    return _base32(moment << 80 | bits)


def moment_of(timed: str) -> clock.Milliseconds | None:
    """The moment that a timed id begins with; None for an id of another kind, or of a moment that no calendar has."""
    number = 0
    for character in timed[:26]:
        digit = _ALPHABET.find(character)
        if digit < 0:
            return None
        number = number << 5 | digit
    moment = number >> 80
    return moment if len(timed) == 26 and moment <= LAST_MOMENT else None  # noqa: PLR2004 - an id's characters


def derived_id(*parts: str) -> str:
    """The id that these parts always give: who opens a direct conversation first, or retries, finds the same one."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return _base32(int.from_bytes(digest[:16], "big"))


def _base32(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


@dataclass(frozen=True, slots=True)
class MessageAddress:
    """Where a message stands: its conversation, its sequence number and, for a thread reply, the root's number.

    Written as `<conversation>-<seq>` or `<conversation>-<root seq>-<seq>`: the id alone leads to the item.
    """

    conversation_id: str
    seq: int
    root_seq: int | None = None

    def __str__(self) -> str:
        root = "" if self.root_seq is None else f"{self.root_seq}-"
        return f"{self.conversation_id}-{root}{self.seq}"

    @property
    def place(self) -> str:
        """The id without the conversation's."""
        return str(self).removeprefix(f"{self.conversation_id}-")

    @classmethod
    def parse(cls, message_id: str) -> "MessageAddress | None":
        """The address that an id names, or None where no message can have this id."""
        match = _MESSAGE_ID.fullmatch(message_id)
        if match is None:
            return None
        conversation_id, root_seq, seq = match.groups()
        return cls(conversation_id, int(seq), int(root_seq) if root_seq else None)

    @property
    def root(self) -> "MessageAddress | None":
        """The message that this reply hangs on; None for a top-level message."""
        return None if self.root_seq is None else MessageAddress(self.conversation_id, self.root_seq)


def direct_id(tenant_id: str, one: str, other: str) -> str:
    """The id of the direct conversation of two users, whoever asks."""
    return derived_id("direct", tenant_id, *sorted([one, other]))
