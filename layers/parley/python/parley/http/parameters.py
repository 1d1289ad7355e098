"""The parameters that routes share: `limit`, `cursor`, `Idempotency-Key`, `If-Match`."""

import re
from typing import Annotated

from annotated_types import Interval
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from parley.errors import InvalidIdempotencyKey
from parley.wire import InDigits

MAX_KEY_LENGTH = 255
NO_VERSION = -1
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,18})(?:-[0-9a-f]+)?"')
"""`"<version>"`, or as a read gives it with a digest of what else it shows."""


def check_idempotency_key(key: str | None) -> str | None:
    """The key itself; raises `InvalidIdempotencyKey` unless it is 1 to 255 visible ASCII characters."""
    if key is not None and not (0 < len(key) <= MAX_KEY_LENGTH and all("!" <= character <= "~" for character in key)):
        raise InvalidIdempotencyKey
    return key


def _version(if_match: object) -> int | None:
    """The version that an `If-Match` names; None for none and for `*`.

    What is no ETag of ours is the version of nothing: the domain compares it after access and the body (RFC 9110
    13.2.1), and refuses it then.
    """
    if if_match is None or str(if_match).strip() == "*":
        return None
    tag = _ETAG.fullmatch(str(if_match).strip())
    return NO_VERSION if tag is None else int(tag[1])


Limit = Annotated[int, Interval(ge=1, le=100), InDigits, Query(description="How many on a page")]
Cursor = Annotated[str | None, Query(max_length=1024, description="A cursor of an earlier page")]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="idempotency-key", description="1-255 visible characters: the same key and body do the thing once"),
    AfterValidator(check_idempotency_key),
]
IfMatch = Annotated[
    int | None,
    Header(alias="if-match", description="The ETag that the resource must still have"),
    BeforeValidator(_version),
    WithJsonSchema({"type": "string", "examples": ['"3"']}),
]
ParentId = Annotated[
    str | None, Query(max_length=80, description="The message whose thread is meant, in place of the conversation")
]

DEFAULT_LIMIT = 25
