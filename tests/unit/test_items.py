"""Items that are read by slots against PynamoDB's own reading, for every kind of item."""

import importlib
import json
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import AttributeDeserializationError

import parley
from parley.messaging.items import MessageItem
from parley.tables.items import Item

_DESCRIBES = re.compile(r"^class \w+\(\w*Item\b", re.MULTILINE)
"""In a module that describes items."""


def _kinds() -> list[type[Item]]:
    for module in pkgutil.walk_packages(parley.__path__, "parley."):
        path = Path(next(iter(parley.__path__))).parent / f"{module.name.replace('.', '/')}.py"
        if path.is_file() and _DESCRIBES.search(path.read_text()):
            importlib.import_module(module.name)
    found, waiting = [], [Item]
    while waiting:
        kind = waiting.pop()
        below = [each for each in kind.__subclasses__() if each.__module__.startswith("parley.")]
        waiting += below
        if "entity" in kind.get_attributes() or not below:
            found.append(kind)
    return [each for each in found if each.__module__ != "parley.tables.items"]


KINDS = sorted(_kinds(), key=lambda kind: kind.__name__)
NUMBERS = st.integers(-(10**37), 10**37).map(str) | st.sampled_from(["0", "-0", "1.5", "1E+2", "12345678901234.5"])
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
NULL = st.just({"NULL": True})


def _typed(attribute: Attribute[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What DynamoDB may hold for an attribute."""
    values: dict[type, st.SearchStrategy[Any]] = {
        UnicodeAttribute: st.text(),
        NumberAttribute: NUMBERS,
        JSONAttribute: JSON.map(json.dumps),
        BooleanAttribute: st.booleans(),
        NumberSetAttribute: st.lists(NUMBERS, min_size=1, max_size=4),
        UnicodeSetAttribute: st.lists(st.text(), min_size=1, max_size=4),
        ListAttribute: st.lists(st.text().map(lambda text: {"S": text}), max_size=4),
    }
    numbers = st.lists(NUMBERS.map(lambda text: {"N": text}), max_size=4)
    is_numbers = isinstance(attribute, ListAttribute) and attribute.element_type is NumberAttribute
    value = numbers if is_numbers else values[type(attribute)]
    return NULL | value.map(lambda each: {attribute.attr_type: each})


def _raws(kind: type[Item]) -> st.SearchStrategy[dict[str, Any]]:
    typed = {each.attr_name: _typed(each) for each in kind.get_attributes().values()}
    needed = {name: typed.pop(name) for name in ("pk", "sk")}
    return st.fixed_dictionaries(needed, optional=typed | {"from_a_later_version": st.just({"S": "x"})})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=30)  # each kind is read by the same code
def test_both_ways_of_reading_give_the_same(kind: type[Item], data: st.DataObject) -> None:
    raw = data.draw(_raws(kind))
    theirs, ours = kind._instantiate(raw), kind.from_raw_data(raw)
    names = kind.get_attributes()
    assert {name: getattr(ours, name) for name in names} == {name: getattr(theirs, name) for name in names}
    assert isinstance(ours, kind)
    assert ours._container_serialize(null_check=False) == theirs._container_serialize(null_check=False)


def test_there_is_something_of_every_domain() -> None:
    assert len(KINDS) > 25
    assert {"messaging", "media", "users", "tenants", "webhooks", "realtime"} <= {
        kind.__module__.split(".")[1] for kind in KINDS
    }


def test_what_is_read_may_be_changed_and_written() -> None:
    raw = {"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": "hello"}, "seq": {"N": "3"}}
    read = MessageItem.from_raw_data(raw)
    read.text = "changed"
    assert (read.key, read.text, read.seq, read.version) == (("p", "s"), "changed", 3, 1)
    assert read._container_serialize(null_check=False)["text"] == {"S": "changed"}
    assert MessageItem.from_raw_data(raw).text == "hello"
    assert "hello" not in repr(read)


def test_defaults_are_not_shared_between_items() -> None:
    for kind in KINDS:
        raw = {"pk": {"S": "p"}, "sk": {"S": "s"}}
        one, other = kind.from_raw_data(raw), kind.from_raw_data(raw)
        for name in kind.get_attributes():
            value = getattr(one, name)
            assert not isinstance(value, (list, dict, set)) or value is not getattr(other, name), name


@pytest.mark.parametrize("typed", [{"N": "1"}, {"M": {}}, {"B": b"x"}])
def test_another_type_is_malformed(typed: dict[str, Any]) -> None:
    with pytest.raises(AttributeDeserializationError):
        MessageItem.from_raw_data({"pk": {"S": "p"}, "sk": {"S": "s"}, "text": typed})
