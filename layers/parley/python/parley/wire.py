"""The bases of everything that crosses the wire: bodies that refuse the unknown, answers, pages and timestamps."""

import json
import re
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from parley import clock
from parley.texts import check_name

CUSTOM_LIMIT_BYTES = 5 * 1024
_DIGITS = re.compile(r"-?[0-9]{1,20}")
Element = TypeVar("Element")

_RFC3339: dict[str, Any] = {"format": "date-time", "examples": ["2026-11-23T09:00:00.000Z"]}
Timestamp = Annotated[
    datetime,
    PlainSerializer(clock.to_rfc3339, return_type=str, when_used="json"),
    Field(json_schema_extra=_RFC3339),
]
"""A moment, shown as RFC 3339 in UTC with milliseconds."""
Moment = Annotated[
    datetime,
    BeforeValidator(clock.read_rfc3339),
    Field(strict=False, json_schema_extra=_RFC3339),
]
"""A moment that a caller names, in a query or a body: RFC 3339 with its zone."""

Day = Annotated[date, BeforeValidator(clock.read_day)]
"""A day that a caller names."""


def _check_digits(value: object) -> object:
    if isinstance(value, str) and _DIGITS.fullmatch(value) is None:
        raise ValueError("a whole number is written in digits")
    return value


InDigits = BeforeValidator(_check_digits)
"""Of a whole number in a query, after its bounds: digits, and not whatever Python reads as one (`+5`, `5.0`, `1_0`)."""


def _check_word(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("it is true or false")
    return value


TrueOrFalse = BeforeValidator(_check_word)
"""Of a boolean in a query: these two words, and not whatever Pydantic reads as one (`1`, `yes`, `on`, `True`)."""


def moment(milliseconds: float | None) -> Timestamp | None:
    """A stored moment as it is shown; None where there is none."""
    return None if milliseconds is None else clock.to_datetime(int(milliseconds))


def _check_custom(value: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")) > CUSTOM_LIMIT_BYTES:
        raise ValueError("custom data is at most 5 KB of JSON")
    return value


Custom = Annotated[
    dict[str, Any], AfterValidator(_check_custom), Field(description="The tenant's own data, 5 KB of JSON")
]


Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(check_name)
]
"""What people call a tenant, a user or a conversation."""
Url = Annotated[
    str,
    StringConstraints(max_length=512, pattern=r"^https?://[^\s\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+$"),
]


class Body(BaseModel):
    """A request body: an unknown field is refused, and a value is not coerced to another JSON type."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, strict=True)


class Change(Body):
    """A body that changes what it names: it names something, and is null only where null says something."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name something to change")
        for name in sorted(self.model_fields_set - self.nullable):
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class Answer(BaseModel):
    """A resource as callers see it. Every field is there, null where it says nothing: its schema requires them all."""

    model_config = ConfigDict(defer_build=True, frozen=True, json_schema_serialization_defaults_required=True)


class Page(Answer, Generic[Element]):
    """One page of a list; a cursor is null at that end."""

    data: list[Element]
    next_cursor: str | None = None
    prev_cursor: str | None = None
