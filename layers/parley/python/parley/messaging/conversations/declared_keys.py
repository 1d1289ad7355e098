"""Keys of conversations' custom data that a tenant has declared: its lists are filtered and sorted by their values.

The values stand on `META` too, which a list reads anyway, and in the rows of kept lists. They are what was written
since the key was declared: an older conversation has one once its custom data is written again.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from parley.errors import ValidationFailed
from parley.identity.caller import Caller

KeyType = Literal["text", "number", "boolean"]
Value = str | float | bool
Values = Mapping[str, Value]
MOST_BYTES = 200
"""Of all values of a conversation as they are stored: `META` is to stay below 1 KiB."""
SORTED_BYTES = {"text": 64, "number": 8, "boolean": 1}
"""By how many bytes a value is sorted; texts that begin with the same are in the order of activity."""


def declared_by(caller: Caller) -> dict[str, KeyType]:
    """The keys that the caller's tenant has declared, with their types."""
    pairs = (each.split(":") for each in caller.tenant.settings.conversation_keys or ())
    return {name: cast("KeyType", kind) for name, kind in pairs}


def is_of(value: object, kind: KeyType) -> bool:
    """Whether a JSON value has a declared type."""
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str if kind == "text" else bool)


def valid_of(caller: Caller, values: Values) -> dict[str, Value]:
    """Those of the stored values that are of keys as they are declared now: keys go, and change their types."""
    declared = declared_by(caller)
    return {name: value for name, value in values.items() if name in declared and is_of(value, declared[name])}


def values_of(caller: Caller, custom: Mapping[str, Any]) -> dict[str, Value]:
    """What custom data says for the declared keys, null as nothing. Raises `ValidationFailed` for another type."""
    declared = declared_by(caller)
    values = {name: custom[name] for name in declared if custom.get(name) is not None}
    for name, value in values.items():
        if not is_of(value, declared[name]):
            detail = f"the tenant has declared it as {declared[name]}"
            raise ValidationFailed([{"pointer": f"/custom/{name}", "code": "wrong_type", "detail": detail}])
    if len(json.dumps(values)) > MOST_BYTES:
        detail = f"declared keys and their values are at most {MOST_BYTES} bytes of JSON together"
        raise ValidationFailed([{"pointer": "/custom", "code": "too_long", "detail": detail}])
    return values


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list by a declared key; what has no value of its type comes last."""

    name: str
    kind: KeyType
    descending: bool

    def place(self, values: Values) -> str:
        """Orders by the value, so that what comes first is greatest: lists run from the greatest place down."""
        value, width = values.get(self.name), SORTED_BYTES[self.kind]
        if not is_of(value, self.kind):
            return "0" * (1 + 2 * width)
        held = _bytes_of(cast("Value", value)).ljust(width, b"\0")[:width]
        return "1" + (held if self.descending else bytes(255 - each for each in held)).hex()


def _bytes_of(value: Value) -> bytes:
    """Bytes that are in the order of the values of one type."""
    if isinstance(value, str):
        return value.encode(errors="replace")
    if isinstance(value, bool):
        return bytes([value])
    held = struct.pack(">d", value + 0.0)  # -0.0 as 0.0
    return bytes(255 - each for each in held) if held[0] & 0x80 else bytes([held[0] | 0x80]) + held[1:]


def read_order(sort: str, declared: Mapping[str, KeyType]) -> Order:
    """The order that a query names: `key`, or `-key` for the greatest first. Raises `ValidationFailed`."""
    name = sort.removeprefix("-")
    return Order(name, _kind_of(name, declared, "?sort"), descending=sort.startswith("-"))


def read_wanted(text: str, declared: Mapping[str, KeyType]) -> dict[str, Any]:
    """What a query wants of declared keys: a value each or, of a number, `{"gte": …, "lte": …}`.

    Raises `ValidationFailed`.
    """
    try:
        wanted = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise _refused("?custom", "malformed", "it is a JSON object of declared keys")
    for name, value in wanted.items():
        kind = _kind_of(name, declared, "?custom")
        bounds = value.items() if kind == "number" and isinstance(value, dict) and value else [("gte", value)]
        if not all(bound in {"gte", "lte"} and is_of(each, kind) for bound, each in bounds):
            raise _refused("?custom", "wrong_type", f"the tenant has declared {name} as {kind}")
    return wanted


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _kind_of(name: str, declared: Mapping[str, KeyType], pointer: str) -> KeyType:
    if name not in declared:
        raise _refused(pointer, "unknown_key", "the tenant has declared no such key")
    return declared[name]


def _refused(pointer: str, code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([{"pointer": pointer, "code": code, "detail": detail}])


def fits(values: Values, wanted: Mapping[str, Any]) -> bool:
    """Whether values are as a query wants them."""
    return all(name in values and _fits(values[name], one) for name, one in wanted.items())


def _fits(value: Value, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted
    if isinstance(value, str | bool):
        return False
    return bool(wanted.get("gte", value) <= value <= wanted.get("lte", value))
