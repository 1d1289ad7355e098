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


class _Reader:
    """Makes items of one class from what DynamoDB gives."""

    def __init__(self, described: type[Item]) -> None:
        attributes = described.get_attributes()
        made: Any = type(described.__name__, (described,), {"__slots__": tuple(attributes)})
        made._attributes = attributes  # noqa: SLF001 - the slots hide the descriptions that they stand for
        self._made: type[Item] = made
        self._defaults = [(name, attribute.default) for name, attribute in attributes.items()]
        self._converters: dict[str, tuple[str, str, Convert]] = {
            attribute.attr_name: (name, attribute.attr_type, _convert(attribute))
            for name, attribute in attributes.items()
        }

    def __call__(self, raw: RawItem) -> Item:
        item = object.__new__(self._made)
        for name, default in self._defaults:
            setattr(item, name, default() if callable(default) else default)
        converters = self._converters
        for stored, typed in raw.items():
            if stored not in converters:
                continue
            name, kind, convert = converters[stored]
            if kind in typed:
                setattr(item, name, convert(typed[kind]))
            elif typed and "NULL" not in typed:
                raise AttributeDeserializationError(stored, kind)
        return item


@lru_cache(maxsize=MOST_KINDS)
def _reader(described: type[Item]) -> _Reader:
    return _Reader(described)


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
