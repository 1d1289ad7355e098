"""Keys of custom data that a tenant has declared, of conversations and of users: lists go by their values.

The values stand beside the custom data: on a conversation's `META`, which a list reads anyway, and in the rows of kept
lists; on a user's item, which is indexed. They are what was written since the key was declared: what is older has one
once its custom data is written again.
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
Declared = Mapping[str, KeyType]
"""Keys with their types."""
MOST_BYTES = 200
"""Of all values of one item as they are stored: `META` is to stay below 1 KiB."""
SORTED_BYTES = {"text": 64, "number": 8, "boolean": 1}
"""By how many bytes a value is sorted; texts that begin with the same are in the order of activity."""


def of_conversations(caller: Caller) -> Declared:
    """The keys that the caller's tenant has declared for conversations."""
    return _read(caller.tenant.settings.conversation_keys)


def of_users(caller: Caller) -> Declared:
    """The keys that the caller's tenant has declared for users."""
    return _read(caller.tenant.settings.user_keys)


def _read(keys: tuple[str, ...] | None) -> Declared:
    pairs = (each.split(":") for each in keys or ())
    return {name: cast("KeyType", kind) for name, kind in pairs}


def is_of(value: object, kind: KeyType) -> bool:
    """Whether a JSON value has a declared type."""
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str if kind == "text" else bool)


def valid_of(declared: Declared, values: Values) -> dict[str, Value]:
    """Those of the stored values that are of keys as they are declared now: keys go, and change their types."""
    return {name: value for name, value in values.items() if name in declared and is_of(value, declared[name])}


def fitting_of(declared: Declared, custom: Mapping[str, Any]) -> dict[str, Value]:
    """What custom data says for the declared keys, without what has another type; nothing where it is too long."""
    values = valid_of(declared, custom)
    return values if len(json.dumps(values)) <= MOST_BYTES else {}


def values_of(declared: Declared, custom: Mapping[str, Any]) -> dict[str, Value]:
    """What custom data says for the declared keys, null as nothing. Raises `ValidationFailed` for another type."""
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
        held = bytes_of(cast("Value", value)).ljust(width, b"\0")[:width]
        return "1" + (held if self.descending else bytes(255 - each for each in held)).hex()


def bytes_of(value: Value) -> bytes:
    """Bytes that are in the order of the values of one type."""
    if isinstance(value, str):
        return value.encode(errors="replace")
    if isinstance(value, bool):
        return bytes([value])
    held = struct.pack(">d", value + 0.0)  # -0.0 as 0.0
    return bytes(255 - each for each in held) if held[0] & 0x80 else bytes([held[0] | 0x80]) + held[1:]


def read_order(sort: str, declared: Declared) -> Order:
    """The order that a query names: `key`, or `-key` for the greatest first. Raises `ValidationFailed`."""
    name = sort.removeprefix("-")
    return Order(name, _kind_of(name, declared, "?sort"), descending=sort.startswith("-"))


def read_wanted(text: str, declared: Declared) -> dict[str, Any]:
    """What a query wants of declared keys, as JSON. Raises `ValidationFailed`."""
    try:
        wanted = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise _refused("?custom", "malformed", "it is a JSON object of declared keys")
    check_wanted(wanted, declared, "?custom")
    return wanted


def check_wanted(wanted: Mapping[str, Any], declared: Declared, pointer: str) -> None:
    """Of each declared key a value is wanted or, of a number, `{"gte": …, "lte": …}`. Raises `ValidationFailed`."""
    for name, value in wanted.items():
        kind = _kind_of(name, declared, pointer)
        bounds = value.items() if kind == "number" and isinstance(value, dict) and value else [("gte", value)]
        if not all(bound in {"gte", "lte"} and is_of(each, kind) for bound, each in bounds):
            raise _refused(pointer, "wrong_type", f"the tenant has declared {name} as {kind}")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _kind_of(name: str, declared: Declared, pointer: str) -> KeyType:
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
