"""The base of every stored item: PynamoDB's attributes describe them, `parley.tables.dynamodb` moves them.

What is stored is said once, by the attributes of a class. An item that is written is an instance of that class. One
that is read is an instance of a subclass which is derived from it: its attributes are slots, filled by converters that
are chosen once for each class. PynamoDB's `Model` is not used: it loads botocore's clients, and no call of it is made.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Self, TypeVar, cast

from pynamodb.attributes import Attribute, AttributeContainer, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import AttributeDeserializationError

from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

SomeItem = TypeVar("SomeItem", bound="Item")

COLLECTION_INDEX = "collection"
"""The one index of `chat`: members by conversation (`T#t#C#c#MEM`), users by name (`T#t#USERS#<shard>`)."""


class Item(AttributeContainer):
    """What every item has: its key and a version that grows with every write.

    A concrete item adds `entity`, the kind of thing it is, with its name as the default. Consumers of the change
    stream order by `version`; callers see it as the ETag.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(default=1)

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)

    @classmethod
    def table(cls) -> str:
        """The physical name of the table."""
        raise NotImplementedError

    def serialize(self) -> RawItem:
        """The item as DynamoDB takes it."""
        return self._container_serialize()

    def __repr__(self) -> str:
        """Its kind and key: what users wrote stays out of logs."""
        return f"{type(self).__name__}({self.pk}, {self.sk})"

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @classmethod
    def from_raw_data(cls, raw: RawItem) -> Self:
        """The item that DynamoDB gave; raises `TypeError` for an attribute of another type than it should have."""
        return cast("Self", _reader(cls)(raw))

    @classmethod
    def read(cls, raw: RawItem | None) -> Self | None:
        """The model of a raw item; None stays None."""
        return None if raw is None else cls.from_raw_data(raw)

    @classmethod
    def at(cls, at: Key, *, consistent: bool = False) -> Self | None:
        """The item with this key, or None."""
        return cls.read(dynamodb.get(cls.table(), at, consistent=consistent))


MOST_KINDS = 256
"""More than there are kinds of items."""
Convert = Callable[[Any], Any]


Read = Callable[[RawItem], Any]


@lru_cache(maxsize=MOST_KINDS)
def _reader(described: type[Item]) -> Read:
    """Makes items of one class from what DynamoDB gives: a function with a line for each attribute, compiled
    once as those of dataclasses are. A loop over the attributes takes twice as long.
    """
    attributes = described.get_attributes()
    made: Any = type(described.__name__, (described,), {"__slots__": tuple(attributes)})
    made._attributes = attributes  # noqa: SLF001 - the slots hide the descriptions that they stand for
    known: dict[str, Any] = {"made": made, "new": object.__new__, "check_null": _check_null}
    lines = ["def read(raw):", " get = raw.get", " item = new(made)"]
    for number, (name, attribute) in enumerate(attributes.items()):
        default, convert = f"default{number}", f"convert{number}"
        known |= {default: attribute.default, convert: _convert(attribute)}
        absent = f"item.{name} = {default}{'()' if callable(attribute.default) else ''}"
        found = "value" if known[convert] is _as_it_is else f"{convert}(value)"
        stored, kind = repr(attribute.attr_name), repr(attribute.attr_type)
        lines += [
            f" typed = get({stored})",
            f" if typed is None: {absent}",
            " else:",
            f"  try: value = typed[{kind}]",
            "  except KeyError:",
            f"   check_null(typed, {stored}, {kind})",
            f"   {absent}",
            f"  else: item.{name} = {found}",
        ]
    exec("\n".join([*lines, " return item"]), known)  # noqa: S102 - made of descriptions in our own source alone
    return cast("Read", known["read"])


def _check_null(typed: dict[str, Any], stored: str, kind: str) -> None:
    """An attribute that is of another type than it should be is nothing, or malformed."""
    if typed and "NULL" not in typed:
        raise AttributeDeserializationError(stored, kind)


def _convert(attribute: Attribute[Any]) -> Convert:
    """PynamoDB's conversion, but for texts and numbers, which are most of an item."""
    if type(attribute) is UnicodeAttribute:
        return _as_it_is
    if type(attribute) is NumberAttribute:
        return _number
    return attribute.deserialize


def _as_it_is(text: str) -> str:
    return text


def _number(text: str) -> float:
    try:
        return int(text)
    except ValueError:
        return cast("float", json.loads(text))


class ChatItem(Item):
    """An item of `chat`, the table that lasts and whose changes are streamed."""

    @classmethod
    def table(cls) -> str:
        return settings().chat_table


class ControlItem(Item):
    """An item of `control`, the table of what need not last; `expires_at` is its TTL in unix seconds."""

    expires_at = NumberAttribute(null=True)

    @classmethod
    def table(cls) -> str:
        return settings().control_table
