"""The grammar of updates and conditions: how each is written, and that what is written is what is meant.

What conditions and updates mean is worked out twice: in Python here, and by moto from what is written.
"""

import operator
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.settings import settings as parley_settings
from parley.tables import dynamodb, transactions
from parley.tables.attributes import Typed, attribute, item
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import (
    Condition,
    Path,
    Placeholders,
    Update,
    absent,
    at_least,
    at_most,
    contains,
    differs,
    equals,
    exists,
    greater,
    holds,
    holds_fewer,
    holds_more,
    less,
    one_of,
    stored,
    stored_or,
    write_arguments,
)
from parley.tables.keys import Key


def _written(expression: Condition | Update) -> str:
    """An expression with its names and values in the places of their placeholders."""
    held = Placeholders()
    text = expression.render(held)
    for placeholder, name in sorted(held.names.items(), reverse=True):
        text = text.replace(placeholder, name)
    for placeholder, value in sorted(held.values.items(), reverse=True):
        [(kind, plain)] = value.items()
        text = text.replace(placeholder, plain if kind == "N" else repr(plain))
    return text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (exists(), "attribute_exists(pk)"),
        (exists("name"), "attribute_exists(name)"),
        (absent(), "attribute_not_exists(pk)"),
        (absent("archived_at"), "attribute_not_exists(archived_at)"),
        (equals("role", "owner"), "role = 'owner'"),
        (differs("role", "owner"), "role <> 'owner'"),
        (less("seq", 7), "seq < 7"),
        (at_most("seq", 7), "seq <= 7"),
        (greater("seq", 7), "seq > 7"),
        (at_least("seq", 7), "seq >= 7"),
        (greater("seq", stored("read_seq")), "seq > read_seq"),
        (one_of("state", ["ready", "checked"]), "state IN ('ready', 'checked')"),
        (contains("gaps", 3), "contains(gaps, 3)"),
        (holds("users", 1), "size(users) = 1"),
        (holds_more("users", 1), "size(users) > 1"),
        (holds_fewer("users", 50), "size(users) < 50"),
        (equals(("pin", "by"), "alice"), "pin.by = 'alice'"),
        (exists(("a", "b", "c")), "attribute_exists(a.b.c)"),
    ],
)
def test_a_condition_is_written(condition: Condition, text: str) -> None:
    assert _written(condition) == text


A, B, C = equals("a", 1), equals("b", 2), equals("c", 3)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (A & B, "a = 1 AND b = 2"),
        (A | B, "a = 1 OR b = 2"),
        (~A, "NOT a = 1"),
        (A & B & C, "(a = 1 AND b = 2) AND c = 3"),
        (A & (B & C), "a = 1 AND (b = 2 AND c = 3)"),
        (A & (B | C), "a = 1 AND (b = 2 OR c = 3)"),
        (A & B | C, "(a = 1 AND b = 2) OR c = 3"),
        (A | B & C, "a = 1 OR (b = 2 AND c = 3)"),
        ((A | B) & C, "(a = 1 OR b = 2) AND c = 3"),
        (~A & B, "(NOT a = 1) AND b = 2"),
        (~(A & B), "NOT (a = 1 AND b = 2)"),
        (~(A | B), "NOT (a = 1 OR b = 2)"),
        (~~A, "NOT (NOT a = 1)"),
        (A & None, "a = 1"),
    ],
)
def test_conditions_bind_as_pythons_operators_do(condition: Condition, text: str) -> None:
    assert _written(condition) == text


@pytest.mark.parametrize(
    ("update", "text"),
    [
        (Update().set(name="General"), "SET name = 'General'"),
        (Update().set(a=1).set(b=2), "SET a = 1, b = 2"),
        (Update().set({"r:👍": 1}, a=2), "SET r:👍 = 1, a = 2"),
        (Update().set({("pin", "by"): "nobody"}), "SET pin.by = 'nobody'"),
        (Update().set(last_seq=stored("seq")), "SET last_seq = seq"),
        (Update().set(last_seq=stored("seq", plus=1)), "SET last_seq = seq + 1"),
        (Update().set(left=stored("left", plus=-2)), "SET left = left - 2"),
        (Update().set(since=stored_or("since", 9)), "SET since = if_not_exists(since, 9)"),
        (Update().add(version=1), "ADD version 1"),
        (Update().add({"r:👍": {"alice"}}, version=1), "ADD r:👍 ['alice'], version 1"),
        (Update().remove("a", ("m", "b")).remove("c"), "REMOVE a, m.b, c"),
        (Update().discard(gaps={3, 1}), "DELETE gaps ['1', '3']"),
        (
            Update().discard(d={1}).remove("c").add(b=1).set(a=0),
            "SET a = 0 ADD b 1 REMOVE c DELETE d ['1']",
        ),
    ],
)
def test_an_update_is_written(update: Update, text: str) -> None:
    assert _written(update) == text


def test_an_attribute_has_one_placeholder_in_all_of_a_write() -> None:
    """Reserved words, and names that are no words, are written as any other."""
    arguments = write_arguments(
        update=Update().set({("size", "by"): 1, "r:👍": 2}).remove("by"), condition=exists("size") & less("by", 3)
    )
    assert arguments == {
        "UpdateExpression": "SET #n0.#n1 = :v0, #n2 = :v1 REMOVE #n1",
        "ConditionExpression": "attribute_exists(#n0) AND #n1 < :v2",
        "ExpressionAttributeNames": {"#n0": "size", "#n1": "by", "#n2": "r:👍"},
        "ExpressionAttributeValues": {":v0": {"N": "1"}, ":v1": {"N": "2"}, ":v2": {"N": "3"}},
    }


def test_a_write_without_names_or_values_has_none() -> None:
    """DynamoDB refuses empty ones."""
    assert write_arguments() == {}
    assert write_arguments(condition=exists()).keys() == {"ConditionExpression", "ExpressionAttributeNames"}


def test_two_updates_are_one_and_stay_what_they_were() -> None:
    counts, ban = Update().add(members=-1).remove("a"), Update().set(bans=1).add(version=1).remove("b").discard(d={1})
    assert _written(counts & ban) == "SET bans = 1 ADD members -1, version 1 REMOVE a, b DELETE d ['1']"
    assert _written(counts & None) == _written(counts) == "ADD members -1 REMOVE a"
    assert _written(ban) == "SET bans = 1 ADD version 1 REMOVE b DELETE d ['1']"


def test_an_attribute_that_is_typed_already_is_written_as_it_is() -> None:
    assert write_arguments(update=Update().set(custom=Typed(S="{}")))["ExpressionAttributeValues"] == {
        ":v0": {"S": "{}"}
    }


# What is written is what is meant: any condition and any update, on any item, told by Python and by DynamoDB alike.

State = dict[str, Any]
"""An item without its key: numbers `a`, `b`, texts `name`, `size`, a map `m`, sets `who`, `gaps`."""

NUMBERS, TEXTS = ("a", "b"), ("name", "size")
SETS = {"who": st.sampled_from(("u1", "u2", "u3")), "gaps": st.integers(1, 3)}
SMALL, WORD = st.integers(-2, 2), st.sampled_from(("", "x", "y", "xy"))
PATHS: tuple[Path, ...] = (*NUMBERS, *TEXTS, "m", *SETS, ("m", "a"), ("m", "name"))


def _some_sets(name: str) -> st.SearchStrategy[set[Any]]:
    return st.sets(SETS[name], min_size=1)


STATES = st.fixed_dictionaries(
    {},
    optional={
        "a": SMALL,
        "b": SMALL,
        "name": WORD,
        "size": WORD,
        "m": st.fixed_dictionaries({}, optional={"a": SMALL, "name": WORD}),
        **{name: _some_sets(name) for name in SETS},
    },
)


def _at(state: State, path: Path) -> Any:
    """The value at a path, None where there is none."""
    found: Any = state
    for name in (path,) if isinstance(path, str) else path:
        found = None if found is None else found.get(name)
    return found


@dataclass(frozen=True)
class _Meant:
    """A condition, what it means of an item, and how it was made, for the report of a failure."""

    condition: Condition
    holds: Callable[[State], bool]
    made: str

    def __repr__(self) -> str:
        return self.made


COMPARISONS: dict[Callable[[Path, object], Condition], Callable[[Any, Any], bool]] = {
    equals: operator.eq,
    differs: operator.ne,
    less: operator.lt,
    at_most: operator.le,
    greater: operator.gt,
    at_least: operator.ge,
}
SIZES: dict[Callable[[Path, int], Condition], Callable[[int, int], bool]] = {
    holds: operator.eq,
    holds_more: operator.gt,
    holds_fewer: operator.lt,
}


def _compares(build: Callable[[Path, object], Condition], path: Path, value: object) -> _Meant:
    """What is absent compares with nothing, except that it differs."""

    def meant(state: State) -> bool:
        held = _at(state, path)
        return build is differs if held is None else COMPARISONS[build](held, value)

    return _Meant(build(path, value), meant, f"{build.__name__}({path!r}, {value!r})")


def _measures(build: Callable[[Path, int], Condition], path: Path, size: int) -> _Meant:
    """The size of what is there: moto fails on that of what is absent, where DynamoDB's condition is not met."""

    def meant(state: State) -> bool:
        held = _at(state, path)
        return held is not None and SIZES[build](len(held), size)

    return _Meant(exists(path) & build(path, size), meant, f"{build.__name__}({path!r}, {size})")


def _one_of(path: Path, values: list[int]) -> _Meant:
    return _Meant(one_of(path, values), lambda state: _at(state, path) in values, f"one_of({path!r}, {values})")


def _contains(path: Path, member: object) -> _Meant:
    def meant(state: State) -> bool:
        return member in (_at(state, path) or ())

    return _Meant(contains(path, member), meant, f"contains({path!r}, {member!r})")


def _is_there(path: Path) -> _Meant:
    return _Meant(exists(path), lambda state: _at(state, path) is not None, f"exists({path!r})")


def _is_not_there(path: Path) -> _Meant:
    return _Meant(absent(path), lambda state: _at(state, path) is None, f"absent({path!r})")


def _both(one: _Meant, other: _Meant) -> _Meant:
    meant = lambda state: one.holds(state) and other.holds(state)  # noqa: E731 - beside its siblings
    return _Meant(one.condition & other.condition, meant, f"({one} & {other})")


def _either(one: _Meant, other: _Meant) -> _Meant:
    meant = lambda state: one.holds(state) or other.holds(state)  # noqa: E731 - beside its siblings
    return _Meant(one.condition | other.condition, meant, f"({one} | {other})")


def _not(one: _Meant) -> _Meant:
    return _Meant(~one.condition, lambda state: not one.holds(state), f"~{one}")


NUMBER_PATHS = st.sampled_from((*NUMBERS, ("m", "a")))
TEXT_PATHS = st.sampled_from((*TEXTS, ("m", "name")))
SIMPLE = st.one_of(
    st.builds(_is_there, st.sampled_from(PATHS)),
    st.builds(_is_not_there, st.sampled_from(PATHS)),
    st.builds(_compares, st.sampled_from(tuple(COMPARISONS)), NUMBER_PATHS, SMALL),
    st.builds(_compares, st.sampled_from(tuple(COMPARISONS)), TEXT_PATHS, WORD),
    st.builds(_one_of, NUMBER_PATHS, st.lists(SMALL, min_size=1, max_size=3)),
    st.builds(_measures, st.sampled_from(tuple(SIZES)), st.sampled_from((*SETS, "m")), st.integers(0, 3)),
    st.one_of(*(st.builds(_contains, st.just(name), members) for name, members in SETS.items())),
    st.builds(_contains, TEXT_PATHS, st.sampled_from(("x", "y"))),
)


def _combined(parts: st.SearchStrategy[_Meant]) -> st.SearchStrategy[_Meant]:
    return st.one_of(st.builds(_both, parts, parts), st.builds(_either, parts, parts), st.builds(_not, parts))


PAIRS = _combined(SIMPLE)
CONDITIONS = st.one_of(SIMPLE, PAIRS, _combined(PAIRS), _combined(_combined(PAIRS)))


def _place() -> Key:
    """A place of its own for each example."""
    return Key(f"T#grammar#{secrets.token_hex(8)}", "X")


def _put(at: Key, state: State) -> None:
    dynamodb.put(parley_settings().chat_table, item({**at._asdict(), **state}))


def _stored(at: Key) -> State:
    raw = dynamodb.get(parley_settings().chat_table, at, consistent=True) or {}
    return {name: value for name, value in raw.items() if name not in ("pk", "sk")}


def _is_met(at: Key, condition: Condition) -> bool:
    try:
        dynamodb.transact([transactions.check(parley_settings().chat_table, at, condition)])
    except TransactionRefused:
        return False
    return True


@settings(max_examples=150, deadline=None)
@given(state=STATES, meant=CONDITIONS)
def test_a_condition_says_what_it_means(tables: None, state: State, meant: _Meant) -> None:
    at = _place()
    _put(at, state)
    assert _is_met(at, meant.condition) == meant.holds(state)


WAYS = {
    **dict.fromkeys(NUMBERS, (("set", "set_unless_there", "add", "remove", "keep"), SMALL)),
    **dict.fromkeys(TEXTS, (("set", "set_unless_there", "remove", "keep"), WORD)),
    **{name: (("set", "add", "discard", "remove", "keep"), _some_sets(name)) for name in SETS},
}
CHANGES = st.fixed_dictionaries(
    {name: st.tuples(st.sampled_from(ways), values) for name, (ways, values) in WAYS.items()}
)
"""What becomes of each attribute: a way to change it and the value for it. One write changes each once."""


def _update_of(changes: dict[str, tuple[str, Any]]) -> Update:
    update = Update().set(touched=1)
    for name, (way, value) in changes.items():
        match way:
            case "set":
                update.set({name: value})
            case "set_unless_there":
                update.set({name: stored_or(name, value)})
            case "add":
                update.add({name: value})
            case "discard":
                update.discard({name: value})
            case "remove":
                update.remove(name)
    return update


def _changed(state: State, changes: dict[str, tuple[str, Any]]) -> State:
    after = {**state, "touched": 1}
    for name, (way, value) in changes.items():
        held = after.pop(name, None)
        match way:
            case "set":
                found = value
            case "set_unless_there":
                found = value if held is None else held
            case "add" if isinstance(value, set):
                found = value | (held or set())
            case "add":
                found = value + (held or 0)
            case "discard":
                found = (held or set()) - value or None
            case "remove":
                found = None
            case _:
                found = held
        if found is not None:
            after[name] = found
    return after


def _as_stored(state: State) -> State:
    return {name: attribute(value) for name, value in state.items()}


def _in_order(raw: State) -> State:
    """Sets are stored in any order."""
    return {
        name: {kind: sorted(value) if kind in ("SS", "NS") else value for kind, value in typed.items()}
        for name, typed in raw.items()
    }


@settings(max_examples=150, deadline=None)
@given(state=STATES, changes=CHANGES, meant=SIMPLE | PAIRS, in_transaction=st.booleans())
def test_an_update_changes_what_it_says_and_only_on_its_condition(
    tables: None,
    state: State,
    changes: dict[str, tuple[str, Any]],
    meant: _Meant,
    in_transaction: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    at, table, update = _place(), parley_settings().chat_table, _update_of(changes)
    _put(at, state)
    refused = False
    try:
        if in_transaction:
            dynamodb.transact([transactions.update(table, at, update, condition=meant.condition)])
        else:
            dynamodb.update(table, at, update, condition=meant.condition)
    except (ConditionFailed, TransactionRefused):
        refused = True
    assert refused != meant.holds(state)
    after = state if refused else _changed(state, changes)
    assert _in_order(_stored(at)) == _in_order(_as_stored(after))


@given(first=SMALL, plus=SMALL)
@settings(max_examples=20, deadline=None)
def test_what_is_stored_is_worked_out_from_before_the_write(tables: None, first: int, plus: int) -> None:
    at, table = _place(), parley_settings().chat_table
    _put(at, {"a": first, "m": {"a": first}})
    dynamodb.update(table, at, Update().set({("m", "a"): stored("a")}, b=stored("a", plus=plus)).add(a=10))
    assert _stored(at) == _as_stored({"a": first + 10, "b": first + plus, "m": {"a": first}})


def test_a_refused_put_and_delete_change_nothing(tables: None) -> None:
    at, table = _place(), parley_settings().chat_table
    _put(at, {"a": 1})
    with pytest.raises(ConditionFailed) as put_refused:
        dynamodb.put_if_absent(table, item({**at._asdict(), "a": 2}))
    assert put_refused.value.item == {**dynamodb.key(at), "a": {"N": "1"}}
    with pytest.raises(ConditionFailed):
        dynamodb.delete(table, at, condition=equals("a", 2))
    with pytest.raises(TransactionRefused) as refused:
        dynamodb.transact([transactions.put_if_absent(table, item({**at._asdict(), "a": 2}), tell=True)])
    assert refused.value.item(0) == {**dynamodb.key(at), "a": {"N": "1"}}
    with pytest.raises(TransactionRefused):
        dynamodb.transact([transactions.delete(table, at, condition=greater("a", 1))])
    assert _stored(at) == {"a": {"N": "1"}}
    dynamodb.transact([transactions.delete(table, at, condition=at_least("a", 1))])
    assert _stored(at) == {}
