"""What a command costs DynamoDB, beside the message that it may become."""

import pytest

from tests.functional.commands.conftest import Dice, run
from tests.support.aws.sockets import Sockets
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Person


@pytest.mark.parametrize(
    ("kind", "key", "reads", "writes"),
    [
        ("none", None, 5, 1),
        ("none", "k", 6, 3),
        ("ephemeral", None, 8, 1),
        ("message", "k", 7, 9),
    ],
)
def test_a_command_costs_what_is_documented(
    bob: Person, general: str, dice: Dice, sockets: Sockets, kind: str, key: str | None, reads: float, writes: float
) -> None:
    dice.replies(kind)
    sockets.connect(bob)
    run(bob, general, key="warm")
    with metered() as cost:
        assert run(bob, general, key=key).status == 200
    assert (cost.reads, cost.writes) == (reads, writes), str(cost)
