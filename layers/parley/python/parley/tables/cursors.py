"""Opaque cursors: a position in one list, in the order and under the filters that its page was asked for with.

The partition is always rebuilt from the caller's identity and the path: a cursor only says where in it to go on, so a
forged or foreign one reaches nothing new. Who reads a position checks that it lies in the range it is used in.
"""

import base64
import binascii
import hashlib
import json

from parley.errors import InvalidCursor

MAX_LENGTH = 1024
Listing = tuple[str | int | bool | None, ...]
"""What a cursor belongs to: the name of a list, then the order and the filters of the request."""


def encode(position: object, listing: Listing) -> str:
    """The cursor of a JSON-representable position."""
    text = json.dumps([_digest(listing), position], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, listing: Listing) -> object:
    """The position in a cursor; raises `InvalidCursor` for one of another listing and what `encode` never makes."""
    if len(cursor) > MAX_LENGTH:
        raise InvalidCursor
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        _, position = parts
        is_ours = encode(position, listing) == cursor
    except (binascii.Error, TypeError, ValueError, RecursionError):
        raise InvalidCursor from None
    if not is_ours:
        raise InvalidCursor
    return position


def decode_text(cursor: str, listing: Listing) -> str:
    """The position in a cursor over names or ids."""
    position = decode(cursor, listing)
    if not isinstance(position, str):
        raise InvalidCursor
    return position


def _digest(listing: Listing) -> str:
    return hashlib.sha256(json.dumps(listing, separators=(",", ":")).encode()).hexdigest()[:8]
