"""Checks one after the other, each with its result, and the table at the end."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

World = TypeVar("World")


class Failed(Exception):
    """The stage does something else than it should; the message says what."""


class NotHere(Exception):
    """This stage cannot tell: the message says what could."""


class Outcome(Enum):
    PASSED = "passed"
    FAILED = "FAILED"
    NOT_HERE = "not here"


@dataclass(frozen=True)
class Check(Generic[World]):
    """`run` says in a few words what it saw, or raises. Where a check is `essential`, the rest needs what it makes."""

    name: str
    run: Callable[[World], str]
    essential: bool = False


@dataclass(frozen=True)
class Result:
    name: str
    outcome: Outcome
    words: str
    seconds: float


def run(checks: Sequence[Check[World]], world: World) -> Iterator[Result]:
    """The result of each check as it is known. After an essential one that fails, those that follow fail unasked."""
    missing = ""
    for check in checks:
        began = time.monotonic()
        if missing:
            yield Result(check.name, Outcome.FAILED, f"not tried: {missing} failed", 0)
            continue
        outcome, words = _judged(check, world)
        if outcome is Outcome.FAILED and check.essential:
            missing = check.name
        yield Result(check.name, outcome, words, time.monotonic() - began)


def _judged(check: Check[World], world: World) -> tuple[Outcome, str]:
    try:
        return Outcome.PASSED, check.run(world)
    except NotHere as unknown:
        return Outcome.NOT_HERE, str(unknown)
    except Exception as wrong:  # noqa: BLE001 - whatever goes wrong is a result
        return Outcome.FAILED, f"{type(wrong).__name__}: {wrong}"


def table(results: Sequence[Result]) -> str:
    width = max(len(each.name) for each in results)
    lines = [
        f"  {each.outcome.value:8}  {each.name:{width}}  {each.seconds:5.1f} s  {' '.join(each.words.split())[:160]}"
        for each in results
    ]
    counted = {outcome: sum(each.outcome is outcome for each in results) for outcome in Outcome}
    told = ", ".join(f"{number} {outcome.value}" for outcome, number in counted.items() if number)
    return "\n".join([*lines, "", f"  {told}"])


def expect(holds: object, otherwise: str) -> None:
    """Raises `Failed` unless it holds."""
    if not holds:
        raise Failed(otherwise)


def eventually(look: Callable[[], World | None], what: str, seconds: float) -> World:
    """What `look` finds, as soon as it finds something. Raises `Failed`."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        expect(time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s")
        time.sleep(0.2)
    return found
