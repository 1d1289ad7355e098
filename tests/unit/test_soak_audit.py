"""The audit of a soak finds each kind of fault, and none where there is none."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.proof.soak.audit import Seen, audit
from tests.proof.soak.history import History

PLACE = "plans"


def message(number: int, text: str = "", *, deleted: bool = False) -> dict[str, Any]:
    return {
        "id": f"m{number}",
        "seq": number,
        "text": "" if deleted else text or f"text {number}",
        "deleted_at": "2026-11-29T00:00:00.000Z" if deleted else None,
    }


def sound() -> tuple[History, Seen]:
    """Alice has sent three messages, of which one is deleted; of a fourth nobody knows, and it is there."""
    history = History()
    for number in (1, 2, 3):
        sent = history.begin(PLACE, "alice", f"text {number}")
        sent.id, sent.deleted = f"m{number}", number == 2
    history.begin(PLACE, "alice", "text 4")
    listed = [message(1), message(2, deleted=True), message(3), message(4)]
    there = ["m1", "m3", "m4"]
    seen = Seen(
        {PLACE: listed},
        {PLACE: ["alice", "bob"]},
        unread={("alice", PLACE): 0, ("bob", PLACE): 2},
        read_up_to={("alice", PLACE): 4, ("bob", PLACE): 1},
        totals={"alice": 0, "bob": 2},
        found={"bob": there},
        told={"bob": {"m1", "m3", "m4"}},
        ended={"bob": {"m2"}},
    )
    return history, seen


def test_a_sound_history_has_no_fault() -> None:
    assert audit(*sound()) == []


def lose(history: History, seen: Seen) -> None:
    seen.messages[PLACE].pop(0)


def show_twice(history: History, seen: Seen) -> None:
    seen.messages[PLACE].append(message(4))


def copy(history: History, seen: Seen) -> None:
    """A send that was not acknowledged made two messages."""
    seen.messages[PLACE].append(message(5, "text 4"))
    seen.found["bob"].append("m5")


def give_to_two(history: History, seen: Seen) -> None:
    history.sent[2].id = "m1"


def bring_back(history: History, seen: Seen) -> None:
    seen.messages[PLACE][1] = message(2)


def say_otherwise(history: History, seen: Seen) -> None:
    seen.messages[PLACE][2]["text"] = "text that nobody sent"


def swap(history: History, seen: Seen) -> None:
    seen.messages[PLACE][0]["id"], seen.messages[PLACE][2]["id"] = "m3", "m1"
    seen.messages[PLACE][0]["text"], seen.messages[PLACE][2]["text"] = "text 3", "text 1"


def number_alike(history: History, seen: Seen) -> None:
    seen.messages[PLACE][2]["seq"] = 4


def miscount(history: History, seen: Seen) -> None:
    seen.unread["bob", PLACE] = 3


def miscount_in_all(history: History, seen: Seen) -> None:
    seen.totals["bob"] = 1


def forget_in_the_index(history: History, seen: Seen) -> None:
    seen.found["bob"].remove("m3")


def keep_in_the_index(history: History, seen: Seen) -> None:
    seen.found["bob"].append("m2")


def find_twice(history: History, seen: Seen) -> None:
    seen.found["bob"].append("m3")


def tell_nothing(history: History, seen: Seen) -> None:
    seen.told["bob"].discard("m3")


def tell_of_a_deletion_alone(history: History, seen: Seen) -> None:
    """Of a message that nobody has deleted."""
    seen.told["bob"].discard("m3")
    seen.ended["bob"].add("m3")


def tell_nothing_of_a_deleted_one(history: History, seen: Seen) -> None:
    seen.ended["bob"].discard("m2")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose, "is lost"),
        (show_twice, "listed 2 times"),
        (copy, "'text 4' is there 2 times"),
        (give_to_two, "given to two sends"),
        (bring_back, "against what was acknowledged"),
        (say_otherwise, "nobody sent"),
        (swap, "stands before"),
        (number_alike, "do not rise"),
        (miscount, "bob has 3 unread in plans, and a recount says 2"),
        (miscount_in_all, "bob has 1 unread in all"),
        (forget_in_the_index, "does not find 1"),
        (keep_in_the_index, "finds 1 messages that are not there"),
        (find_twice, "finds 1 messages twice"),
        (tell_nothing, "never told of 1"),
        (tell_of_a_deletion_alone, "never told of 1"),
        (tell_nothing_of_a_deleted_one, "never told of 1"),
    ],
)
def test_each_fault_is_found(spoil: Callable[[History, Seen], None], said: str) -> None:
    history, seen = sound()
    spoil(history, seen)
    assert any(said in each for each in audit(history, seen)), audit(history, seen)
