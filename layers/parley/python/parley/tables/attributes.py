"""Raw attributes: from Python's values to DynamoDB's typed ones, and reading those of an item that is no model.

A raw item is `{"pk": {"S": "T#acme"}, "seq": {"N": "7"}, "gaps": {"NS": ["3", "5"]}}`.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

RawItem = dict[str, dict[str, Any]]
"""An item as DynamoDB writes it."""


class Typed(dict[str, Any]):
    """An attribute that is typed already, such as one of a serialised model: it is written as it is."""


def attribute(value: object) -> dict[str, Any]:  # noqa: PLR0911 - one return a type
    """DynamoDB's typed form of a value; sets hold texts or numbers and at least one member. Raises `TypeError`."""
    if isinstance(value, Typed):
        return dict(value)
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, AbstractSet):
        texts = all(isinstance(member, str) for member in value)
        return {"SS": sorted(value)} if texts else {"NS": [str(member) for member in sorted(value)]}
    if isinstance(value, list | tuple):
        return {"L": [attribute(member) for member in value]}
    if isinstance(value, Mapping):
        return {"M": {name: attribute(member) for name, member in value.items()}}
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def item(values: Mapping[str, object]) -> RawItem:
    """A raw item of these attributes; those that are None are left out."""
    return {name: attribute(value) for name, value in values.items() if value is not None}


def text(raw: Mapping[str, Any], name: str) -> str | None:
    """A text, None where there is none."""
    held = raw.get(name)
    return None if held is None else held.get("S")


def required_text(raw: Mapping[str, Any], name: str) -> str:
    """A text that every such item has; raises `KeyError` where it has none."""
    return str(raw[name]["S"])


def required_number(raw: Mapping[str, Any], name: str) -> int:
    """A whole number that every such item has; raises `KeyError` where it has none."""
    return int(raw[name]["N"])


def number(raw: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number, the default where there is none."""
    held = raw.get(name)
    return default if held is None else int(held["N"])


def number_or_none(raw: Mapping[str, Any], name: str) -> int | None:
    """A whole number, None where there is none."""
    held = raw.get(name)
    return None if held is None else int(held["N"])


def flag(raw: Mapping[str, Any], name: str) -> bool:
    """Whether the attribute is there and true."""
    held = raw.get(name)
    return held is not None and bool(held.get("BOOL"))


def members(raw: Mapping[str, Any], name: str) -> RawItem:
    """The attributes within a map, none where there is no map."""
    held = raw.get(name)
    return {} if held is None else dict(held["M"])


def texts(raw: Mapping[str, Any], name: str) -> list[str]:
    """The members of a set of texts, none where there is no set."""
    held = raw.get(name)
    return [] if held is None else list(held.get("SS", ()))


def listed_texts(raw: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list in order, none where there is no list; what is no text is left out."""
    held = raw.get(name)
    return [] if held is None else [member["S"] for member in held.get("L", ()) if "S" in member]


def listed_numbers(raw: Mapping[str, Any], name: str) -> list[int]:
    """The whole numbers of a list in order, none where there is no list."""
    held = raw.get(name)
    return [] if held is None else [int(member["N"]) for member in held["L"]]


def numbers(raw: Mapping[str, Any], name: str) -> list[int]:
    """The members of a set of numbers, none where there is no set."""
    held = raw.get(name)
    return [] if held is None else [int(member) for member in held.get("NS", ())]
