"""The base of every stored item: PynamoDB models describe and convert them, `parley.tables.dynamodb` moves them."""

from typing import Self, TypeVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

SomeItem = TypeVar("SomeItem", bound="Item")

COLLECTION_INDEX = "collection"
"""The one index of `chat`: members by conversation (`T#t#C#c#MEM`), users by name (`T#t#USERS#<shard>`)."""


class Item(Model):
    """What every item has: its key and a version that grows with every write.

    A concrete item adds `entity`, the kind of thing it is, with its name as the default. Consumers of the change
    stream order by `version`; callers see it as the ETag.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(default=1)

    @classmethod
    def table(cls) -> str:
        """The physical name of the table."""
        raise NotImplementedError

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @classmethod
    def read(cls, raw: RawItem | None) -> Self | None:
        """The model of a raw item; None stays None."""
        return None if raw is None else cls.from_raw_data(raw)

    @classmethod
    def at(cls, at: Key, *, consistent: bool = False) -> Self | None:
        """The item with this key, or None."""
        return cls.read(dynamodb.get(cls.table(), at, consistent=consistent))


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
