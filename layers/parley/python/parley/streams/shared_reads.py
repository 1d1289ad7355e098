"""What several effects of a batch read: in one call, once for all of them.

Each effect says beforehand which items it will look at (`Effect.reads`). What is read so is as it was when the batch
came, after all its changes. Where that call fails nothing is known, and each effect reads for itself and fails alone,
as it does when it is tried again by itself.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from botocore.exceptions import BotoCoreError, ClientError

from parley.errors import Unavailable
from parley.observability import logger
from parley.streams.changes import Change
from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

Made = TypeVar("Made")
Once = TypeVar("Once")


OfMember = Callable[[str, str], Iterable[Key]]
"""What of `control` an effect will look at of a member whom a new message addresses, by tenant and user."""


class _Shared:
    """What is shared while a batch is under way; None while none is."""

    items: dict[tuple[str, Key], RawItem | None] | None = None
    made: dict[Hashable, object] | None = None
    of_member: Sequence[OfMember] = ()


_shared = _Shared()


@contextmanager
def of_batch() -> Iterator[None]:
    """Within this, what was read or made for one effect is there for the others."""
    _shared.items, _shared.made = {}, {}
    try:
        yield
    finally:
        _shared.items = _shared.made = None
        _shared.of_member = ()


def expect(of_member: Sequence[OfMember]) -> None:
    """Say what the effects of this batch will look at of the members whom it addresses."""
    _shared.of_member = of_member


def of_member(tenant_id: str, user_id: str) -> list[Key]:
    """What they will look at, for whoever reads of this member anyway."""
    return [at for expected in _shared.of_member for at in expected(tenant_id, user_id)]


def gather(table: str, keys: Iterable[Key]) -> None:
    """Read these items for whoever asks for them in this batch: 1 RRU each, consistent."""
    wanted = list(dict.fromkeys(keys))
    if _shared.items is None or not wanted:
        return
    try:
        found = dynamodb.batch_get(table, wanted, consistent=True)
    except (ClientError, BotoCoreError, Unavailable) as error:
        logger().warning("not read for all effects", exc_info=error)
        return
    _shared.items |= {(table, at): found.get(at) for at in wanted}


def read(table: str, keys: Iterable[Key], *, beside: Iterable[Key] = ()) -> dict[Key, RawItem]:
    """These items, of which absent ones are left out: as they were read for the batch, the others as they are now.

    What stands `beside` them is read in the same call, for whoever asks for that in this batch.
    """
    wanted, known = list(dict.fromkeys(keys)), {} if _shared.items is None else _shared.items
    kept = () if _shared.items is None else [at for at in dict.fromkeys(beside) if (table, at) not in known]
    missing = [*(at for at in wanted if (table, at) not in known), *kept]
    found = dynamodb.batch_get(table, missing, consistent=True) if missing else {}
    items = {at: known[table, at] if (table, at) in known else found.get(at) for at in wanted}
    known |= {(table, at): found.get(at) for at in kept}
    return {at: item for at, item in items.items() if item is not None}


def made_once(name: str, change: Change, make: Callable[[Change], Sequence[Made]]) -> Sequence[Made]:
    """What is made of a change, by its name; made once for a batch. What `make` raises is raised each time."""
    # the batch holds its changes, so no other has this identity meanwhile
    return once((name, id(change)), lambda: make(change))


def once(name: Hashable, make: Callable[[], Once]) -> Once:
    """What is made under a name for whoever asks for it first in this batch. What `make` raises is raised each time."""
    made = _shared.made
    if made is None:
        return make()
    if name not in made:
        made[name] = make()
    return cast("Once", made[name])
