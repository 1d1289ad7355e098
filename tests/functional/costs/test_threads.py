"""What threads cost: a reply, whoever follows, and reading all that a user follows."""

from collections.abc import Iterator

import pytest

from parley.ids import MessageAddress
from parley.messaging.items import ThreadFollowItem
from parley.messaging.messages.thread_follows import MOST_FOLLOWED, follow_key, listed
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people.people import Person


def cost_of_reply(who: Person, room: str, root: str, key: str) -> Cost:
    body = {"conversation_id": room, "text": "x" * 200, "parent_id": root}
    with metered() as cost:
        sent = who.post("/v1/messages", body, key=key)
    assert sent.status == 201, sent.text
    return cost


def test_a_reply_costs_one_write_more_for_its_author_whoever_follows(alice: Person, bob: Person, general: str) -> None:
    root = str(alice.send(general)["id"])
    first, second = (cost_of_reply(bob, general, root, key) for key in ("first", "second"))
    assert (first.writes, second.writes) == (5 + 1 + 1, 5 + 1)
    address = MessageAddress.parse(root)
    assert address is not None
    for number in range(150):
        at = follow_key(alice.tenant_id, f"follower-{number}", address)
        dynamodb.update(settings().chat_table, at, listed(at, address, 1) & Update().set(read_seq=0))
    third = cost_of_reply(bob, general, root, "third")
    assert (third.reads, third.writes, third.round_trips) == (second.reads, second.writes, second.round_trips)
    assert third.reads <= 4


@pytest.fixture
def followed(alice: Person, bob: Person, general: str) -> Iterator[list[str]]:
    """Forty threads of alice's, ten of them with something unread."""
    roots = [str(alice.send(general)["id"]) for _ in range(40)]
    for number, root in enumerate(roots):
        bob.send(general, "x" * 200, parent_id=root)
        alice.put(f"/v1/threads/{root}/follow")
        if number < 10:
            bob.send(general, "x" * 200, parent_id=root)
    return iter([roots])


def test_a_list_costs_by_what_is_followed_and_what_is_shown(alice: Person, followed: Iterator[list[str]]) -> None:
    roots = next(followed)
    with metered() as listing:
        page = alice.get("/v1/threads")
    assert (len(page["data"]), listing.writes) == (25, 0)
    assert listing.reads <= 0.6 * len(roots) + 25 + 3
    assert listing.round_trips <= 4
    with metered() as counting:
        assert alice.get("/v1/unread/threads")["total"] == 10
    assert counting.reads <= 0.6 * len(roots) + 0.5 * 10 + 3
    assert counting.round_trips <= 4


def test_a_place_in_a_thread_is_small(alice: Person, general: str) -> None:
    """All places of a user are read at once: 15 RRU at most."""
    root = MessageAddress.parse(str(alice.send(general)["id"]))
    assert root is not None
    alice.put(f"/v1/threads/{root}/follow")
    stored = dynamodb.get(settings().chat_table, follow_key(alice.tenant_id, alice.user_id, root))
    assert stored is not None
    size = sum(len(name) + len(str(next(iter(value.values())))) for name, value in stored.items())
    assert ThreadFollowItem.from_raw_data(stored).chosen
    assert MOST_FOLLOWED * size <= 20 * 4096
