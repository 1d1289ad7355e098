"""Opaque cursors: a position and nothing else, so a forged or foreign one reaches nothing new.

The partition is always rebuilt from the caller's identity and the path; a cursor only says where in it to go on.
"""

import base64
import binascii
import json

from parley.errors import InvalidCursor

MAX_LENGTH = 1024


def encode(position: object) -> str:
    """The cursor of a JSON-representable position."""
    text = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> object:
    """The position in a cursor; raises `InvalidCursor` for what `encode` cannot have made."""
    if len(cursor) > MAX_LENGTH:
        raise InvalidCursor
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise InvalidCursor from None


def decode_seq(cursor: str) -> int:
    """The position in a cursor over sequence numbers."""
    position = decode(cursor)
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position < 10**12:
        raise InvalidCursor
    return position


def decode_text(cursor: str) -> str:
    """The position in a cursor over names or ids."""
    position = decode(cursor)
    if not isinstance(position, str):
        raise InvalidCursor
    return position
