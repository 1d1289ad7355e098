"""The sizing that the cost tests stand on, against DynamoDB's documented examples and rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.tables import Index
from tests.support.dynamodb import capacity

INDEX = Index("i", "gpk", "gsk", projected=("name",))


@pytest.mark.parametrize(
    ("number", "size"),
    [
        ("0", 1),
        ("7", 2),
        ("42", 2),
        ("123", 3),
        ("1000000", 2),
        ("-5", 3),
        ("0.001", 2),
        ("1795424400000", 5),
        ("1795424400123", 8),
    ],
)
def test_numbers_take_a_byte_for_two_significant_digits(number: str, size: int) -> None:
    assert capacity.number_size(number) == size


def test_names_and_values_count_in_utf_8() -> None:
    assert capacity.item_size({"pk": {"S": "é"}, "ok": {"BOOL": True}}) == (2 + 2) + (2 + 1)


def test_lists_and_maps_have_an_overhead() -> None:
    assert capacity.value_size({"L": [{"S": "ab"}, {"N": "1"}]}) == 3 + (1 + 2) + (1 + 2)
    assert capacity.value_size({"M": {"k": {"S": "v"}}}) == 3 + (1 + 1 + 1)
    assert capacity.value_size({"SS": ["ab", "c"]}) == 3


def test_reads_round_up_to_four_kibibytes() -> None:
    assert capacity.read_units([1], consistent=True) == 1
    assert capacity.read_units([4097], consistent=True) == 2
    assert capacity.read_units([4097], consistent=False) == 1
    assert capacity.read_units([], consistent=True) == 1
    assert capacity.read_units([100] * 10, consistent=True) == 10
    assert capacity.read_units([100] * 10, consistent=True, together=True) == 1


def test_a_write_costs_the_larger_of_before_and_after() -> None:
    large = {"a": {"S": "x" * 2000}}
    assert capacity.write_units(None, None) == 1
    assert capacity.write_units({"a": {"S": "x"}}, large) == capacity.write_units(large, None) == 2


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_index_is_written_only_when_its_entry_changes(old: str, new: str) -> None:
    item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "gpk": {"S": "g"}, "gsk": {"S": "h"}}
    hidden = capacity.index_write_units(item | {"seq": {"S": old}}, item | {"seq": {"S": new}}, INDEX)
    shown = capacity.index_write_units(item | {"name": {"S": old}}, item | {"name": {"S": new}}, INDEX)
    moved = capacity.index_write_units(item | {"gsk": {"S": old}}, item | {"gsk": {"S": new}}, INDEX)
    assert (hidden, shown, moved) == (0, int(old != new), 2 * int(old != new))


def test_an_item_without_the_index_key_is_not_in_the_index() -> None:
    assert capacity.index_write_units(None, {"pk": {"S": "p"}, "sk": {"S": "s"}}, INDEX) == 0
