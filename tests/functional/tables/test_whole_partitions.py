"""A partition that is read to its end: all of it, in order, and no page before it is needed."""

import uuid
from itertools import islice
from typing import Any

import pytest

from parley.settings import settings
from parley.tables import attributes, dynamodb
from tests.support.dynamodb.meter import metered


@pytest.fixture
def pk(tables: None) -> str:
    """A partition of seven items."""
    made = f"T#{uuid.uuid4().hex}"
    for number in range(7):
        dynamodb.put(settings().control_table, attributes.item({"pk": made, "sk": f"ITEM#{number}", "entity": "test"}))
    return made


def read(pk: str, **asked: Any) -> list[str]:
    return [raw["sk"]["S"][-1] for raw in dynamodb.every(settings().control_table, pk, **asked)]


@pytest.mark.parametrize("limit", [None, 1, 2, 3, 7, 8])
def test_all_of_it_is_read_in_order_whatever_a_page_holds(pk: str, limit: int | None) -> None:
    assert read(pk, begins_with="ITEM#", limit=limit) == list("0123456")
    assert read(pk, forward=False, limit=limit, consistent=True) == list("6543210")
    assert read(pk, between=("ITEM#2", "ITEM#4"), limit=limit) == list("234")
    assert read(pk, begins_with="OTHER#", limit=limit) == []


def test_a_page_is_read_once_it_is_needed(pk: str) -> None:
    with metered() as cost:
        found = list(islice(dynamodb.every(settings().control_table, pk, limit=2), 2))
    assert (len(found), cost.calls) == (2, 1)
