"""What a write changes and on what condition, in Python's values: DynamoDB's expressions are written here alone.

    dynamodb.update(
        table,
        key,
        Update().set(read_seq=7, read_at=now).add(version=1),
        condition=exists("pk") & less("read_seq", 7),
    )

An attribute is named by its name, or by a tuple where it lies in a map: `("pins", "by")`. Every name and value gets a
placeholder, so no name is reserved and none can be confused with an expression.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from parley import clock
from parley.tables.attributes import attribute

Path = str | tuple[str, ...]


class Placeholders:
    """The names and values of one call, and what stands for each of them."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, dict[str, Any]] = {}
        self._by_name: dict[str, str] = {}

    def name(self, path: Path) -> str:
        """What stands for an attribute."""
        if isinstance(path, str):
            return self._part(path)
        return ".".join(map(self._part, path))

    def _part(self, name: str) -> str:
        held = self._by_name.get(name)
        if held is None:
            held = self._by_name[name] = f"#n{len(self.names)}"
            self.names[held] = name
        return held

    def value(self, value: object) -> str:
        """What stands for a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = attribute(value)
        return placeholder

    def arguments(self) -> dict[str, Any]:
        """The names and values as parameters of a call; DynamoDB refuses empty ones."""
        found: dict[str, Any] = {}
        if self.names:
            found["ExpressionAttributeNames"] = self.names
        if self.values:
            found["ExpressionAttributeValues"] = self.values
        return found


Render = Callable[[Placeholders], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a write. Conditions combine with `&`, `|` and `~`."""

    render: Render
    binds: bool = True
    """Whether it needs no parentheses beside others."""

    def __and__(self, other: "Condition | None") -> "Condition":
        if other is None:
            return self
        return Condition(lambda held: f"{self.bound(held)} AND {other.bound(held)}", binds=False)

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(lambda held: f"{self.bound(held)} OR {other.bound(held)}", binds=False)

    def __invert__(self) -> "Condition":
        return Condition(lambda held: f"NOT {self.bound(held)}", binds=False)

    def bound(self, held: Placeholders) -> str:
        """The condition as a part of another."""
        return self.render(held) if self.binds else f"({self.render(held)})"


def exists(path: Path = "pk") -> Condition:
    """There is such an attribute; without a name, there is such an item."""
    return Condition(lambda held: f"attribute_exists({held.name(path)})")


def absent(path: Path = "pk") -> Condition:
    """There is no such attribute; without a name, there is no such item."""
    return Condition(lambda held: f"attribute_not_exists({held.name(path)})")


def _compare(path: Path, sign: str, value: object) -> Condition:
    return Condition(lambda held: f"{held.name(path)} {sign} {_operand(held, value)}")


def equals(path: Path, value: object) -> Condition:
    """The attribute has this value."""
    return _compare(path, "=", value)


def differs(path: Path, value: object) -> Condition:
    """The attribute has another value, or is absent."""
    return _compare(path, "<>", value)


def less(path: Path, value: object) -> Condition:
    """The attribute is there and less than the value."""
    return _compare(path, "<", value)


def at_most(path: Path, value: object) -> Condition:
    """The attribute is there and at most the value."""
    return _compare(path, "<=", value)


def greater(path: Path, value: object) -> Condition:
    """The attribute is there and greater than the value."""
    return _compare(path, ">", value)


def at_least(path: Path, value: object) -> Condition:
    """The attribute is there and at least the value."""
    return _compare(path, ">=", value)


def one_of(path: Path, values: Iterable[object]) -> Condition:
    """The attribute has one of these values, of which there is at least one."""
    listed = list(values)
    return Condition(lambda held: f"{held.name(path)} IN ({', '.join(held.value(each) for each in listed)})")


def contains(path: Path, value: object) -> Condition:
    """The set or list has this member, or the text this part."""
    return Condition(lambda held: f"contains({held.name(path)}, {held.value(value)})")


def holds(path: Path, size: int) -> Condition:
    """The set, list or map is there and has so many members."""
    return Condition(lambda held: f"size({held.name(path)}) = {held.value(size)}")


def holds_more(path: Path, size: int) -> Condition:
    """The set, list or map is there and has more members."""
    return Condition(lambda held: f"size({held.name(path)}) > {held.value(size)}")


def holds_fewer(path: Path, size: int) -> Condition:
    """The set, list or map is there and has fewer members."""
    return Condition(lambda held: f"size({held.name(path)}) < {held.value(size)}")


def at_version(version: int | None) -> Condition:
    """The item is as it was read: of this version, or still absent where there was none."""
    return free() if version is None else equals("version", version)


def matching(condition: Condition, if_match: int | None) -> Condition:
    """This condition, and that the item has the version which an `If-Match` names; None names none."""
    return condition if if_match is None else condition & at_version(if_match)


def lasting() -> Condition:
    """There is such an item, and its time to live has not passed: DynamoDB deletes it within days of that."""
    return exists() & unexpired()


def unexpired() -> Condition:
    """There is no such item, or one that has not expired."""
    return absent("expires_at") | greater("expires_at", clock.now_ms() // 1000)


def free() -> Condition:
    """There is no such item, or one whose time to live has passed: what reads take for absent can be written anew."""
    return absent() | at_most("expires_at", clock.now_ms() // 1000)


@dataclass(frozen=True, slots=True)
class Operand:
    """A value that DynamoDB works out from the item as it was before the write."""

    render: Render


def stored(path: Path, plus: int | Decimal = 0) -> Operand:
    """What the attribute holds, and so much more."""
    if plus == 0:
        return Operand(lambda held: held.name(path))
    sign = "+" if plus > 0 else "-"
    return Operand(lambda held: f"{held.name(path)} {sign} {held.value(abs(plus))}")


def stored_or(path: Path, default: object, *, plus: int = 0) -> Operand:
    """What the attribute holds, or a default where it is absent; and so much more."""

    def render(held: Placeholders) -> str:
        found = f"if_not_exists({held.name(path)}, {held.value(default)})"
        return f"{found} + {held.value(plus)}" if plus else found

    return Operand(render)


def _operand(held: Placeholders, value: object) -> str:
    return value.render(held) if isinstance(value, Operand) else held.value(value)


class Update:
    """What an update changes. `set`, `add`, `remove` and `discard` may each be called any number of times.

    Attributes are keyword arguments; those with other names, or within maps, come in a mapping by their `Path`.
    """

    __slots__ = ("_added", "_discarded", "_removed", "_set")

    def __init__(self) -> None:
        self._set: dict[Path, object] = {}
        self._added: dict[Path, object] = {}
        self._removed: list[Path] = []
        self._discarded: dict[Path, object] = {}

    def set(self, values: Mapping[Any, object] | None = None, /, **named: object) -> Self:
        """Give attributes these values; an `Operand` is worked out by DynamoDB."""
        self._set |= _merged(values, named)
        return self

    def add(self, values: Mapping[Any, object] | None = None, /, **named: object) -> Self:
        """Add to numbers, which begin at 0, or members to sets."""
        self._added |= _merged(values, named)
        return self

    def remove(self, *paths: Path) -> Self:
        """Take attributes away."""
        self._removed += paths
        return self

    def set_or_remove(self, values: Mapping[Any, object] | None = None, /, **named: object) -> Self:
        """Give attributes these values; those whose value is None are taken away."""
        for path, value in _merged(values, named).items():
            if value is None:
                self._removed.append(path)
            else:
                self._set[path] = value
        return self

    def discard(self, values: Mapping[Any, object] | None = None, /, **named: object) -> Self:
        """Take members out of sets; a set without members is no more."""
        self._discarded |= _merged(values, named)
        return self

    def without(self, *names: str) -> "Update":
        """The change but for what it sets these attributes to, as a new update."""
        kept = {path: value for path, value in self._set.items() if path not in names}
        return Update().set(kept).add(self._added).remove(*self._removed).discard(self._discarded)

    def __and__(self, other: "Update | None") -> "Update":
        """Both changes in one write, as a new update; neither of the two is changed."""
        both = Update()
        for each in (self, other or Update()):
            both.set(each._set).add(each._added).remove(*each._removed).discard(each._discarded)
        return both

    def render(self, held: Placeholders) -> str:
        """DynamoDB's update expression."""
        clauses = []
        if self._set:
            clauses.append("SET " + ", ".join(f"{held.name(p)} = {_operand(held, v)}" for p, v in self._set.items()))
        if self._added:
            clauses.append("ADD " + ", ".join(f"{held.name(p)} {held.value(v)}" for p, v in self._added.items()))
        if self._removed:
            clauses.append("REMOVE " + ", ".join(map(held.name, self._removed)))
        if self._discarded:
            taken = self._discarded.items()
            clauses.append("DELETE " + ", ".join(f"{held.name(p)} {held.value(v)}" for p, v in taken))
        return " ".join(clauses)


def _merged(values: Mapping[Any, object] | None, named: Mapping[str, object]) -> dict[Path, object]:
    return {**(values or {}), **named}


def write_arguments(*, update: Update | None = None, condition: Condition | None = None) -> dict[str, Any]:
    """The parameters of a write that come from what it changes and its condition."""
    held = Placeholders()
    found: dict[str, Any] = {}
    if update is not None:
        found["UpdateExpression"] = update.render(held)
    if condition is not None:
        found["ConditionExpression"] = condition.render(held)
    return found | held.arguments()
