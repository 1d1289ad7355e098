"""The parameters that routes share: `limit`, `cursor`, `Idempotency-Key`, `If-Match`."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from parley.errors import InvalidIdempotencyKey, VersionConflict

MAX_KEY_LENGTH = 255


def check_idempotency_key(key: str | None) -> str | None:
    """The key itself; raises `InvalidIdempotencyKey` unless it is 1 to 255 visible ASCII characters."""
    if key is not None and not (0 < len(key) <= MAX_KEY_LENGTH and all("!" <= character <= "~" for character in key)):
        raise InvalidIdempotencyKey
    return key


def _version(if_match: str | None) -> int | None:
    """The version that an `If-Match` names; None for none and for `*`. What is no ETag of ours matches nothing."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip().removeprefix("W/")
    if not (len(tag) > 2 and tag[0] == tag[-1] == '"' and tag[1:-1].isdecimal()):  # noqa: PLR2004 - two quotes
        raise VersionConflict
    return int(tag[1:-1])


Limit = Annotated[int, Query(ge=1, le=100, description="How many on a page")]
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

DEFAULT_LIMIT = 25
