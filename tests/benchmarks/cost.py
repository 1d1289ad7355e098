"""What every route costs DynamoDB, and what the cost of a send does not grow with.

The items are real and the rules are AWS's (`tests.support.dynamodb.capacity`); nothing is timed.
"""

import contextlib
import io
import uuid

from moto import mock_aws

from infrastructure.examples import find_example
from infrastructure.routes import ROUTES, Route
from parley.observability import logger
from tests.benchmarks.tables import print_table
from tests.support.aws import budgets
from tests.support.aws.gateway import invoke
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people import scale
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import example_world, own_tables
from tests.tools.record_events import make_event

WRITE_PRICE, READ_PRICE = 0.625, 0.125
"""US dollars a million on-demand units, us-east-1."""


def main() -> None:
    """Measure on moto, quietly."""
    logger().setLevel("CRITICAL")
    everything = io.StringIO()
    try:
        with mock_aws(), contextlib.redirect_stdout(everything):
            measure()
    finally:
        lines = everything.getvalue().splitlines(keepends=True)
        print("".join(line for line in lines if not line.startswith('{"_aws"')))


def measure() -> None:
    """Print the cost of every route and of sends into growing conversations; fail above a budget or on any growth."""
    _routes()
    _send_growth()
    _page_growth()
    _list_growth()


def _numbers(cost: Cost) -> list[str]:
    dollars = cost.writes * WRITE_PRICE + cost.reads * READ_PRICE
    return [
        f"{cost.reads:g}",
        f"{cost.writes:g}",
        f"{cost.index:g}",
        str(cost.calls),
        str(cost.round_trips),
        f"{dollars:.2f}",
    ]


HEADER = ["RRU", "WRU", "of them index", "calls", "round trips", "$ a million"]


def _routes() -> None:
    rows, above = [], []
    for route in ROUTES:
        cost = _cost_of(route)
        if cost is None:
            continue
        budget = budgets.budget_of(route)
        rows.append([f"{route.method} {route.path}", *_numbers(cost), str(budget) if budget else ""])
        if budget is not None and not budget.allows(cost):
            above.append(f"{route.function}: {cost}")
    print_table(
        "Cost of every route, by its example, in a process that remembers nothing", ["route", *HEADER, "at most"], rows
    )
    assert not above, above


def _cost_of(route: Route) -> Cost | None:
    example = find_example(route)
    if example is None or example.elsewhere:
        return None
    with example_world(), metered() as cost:
        answer = invoke(make_event(route))
    assert answer.status < 300, answer.text
    return cost


def _send(who: Person, conversation_id: str, text: str = "x" * 60) -> Cost:
    body = {"conversation_id": conversation_id, "text": text}
    who.post("/v1/messages", body, key=uuid.uuid4().hex)
    with metered() as cost:
        sent = who.post("/v1/messages", body, key=uuid.uuid4().hex)
    assert sent.status == 201, sent.text
    return cost


def _people(name: str) -> tuple[Workspace, Person, Person]:
    workspace = new_workspace(name)
    return workspace, workspace.person("alice"), workspace.person("bob")


def _send_growth() -> None:
    rows: list[tuple[str, Cost]] = []
    with own_tables():
        _, alice, bob = _people("acme")
        for members in (2, 50, 500, 5_000):
            conversation = alice.open_group(bob)
            scale.add_members(alice, conversation, members - 2)
            rows.append((f"{members:,} members", _send(alice, conversation)))
        for messages in (10, 1_000, 100_000, 10**9):
            conversation = alice.open_group(bob)
            scale.set_history(alice, conversation, messages=messages)
            rows.append((f"{messages:,} messages", _send(alice, conversation)))
        for gaps in (1, 32):
            conversation = alice.open_group(bob)
            scale.set_history(alice, conversation, messages=100_000, gaps=gaps)
            rows.append((f"{gaps} gaps", _send(alice, conversation)))
        for tenants in (1, 10, 100):
            people = [_people(f"t{number}")[1] for number in range(tenants)]
            conversation = people[-1].open_group()
            rows.append((f"{tenants} tenants", _send(people[-1], conversation)))
    print_table(
        "A send in a process that is warm: what it does not grow with",
        ["in", *HEADER],
        [[name, *_numbers(cost)] for name, cost in rows],
    )
    for name, cost in rows:
        assert cost == rows[0][1], f"a send costs {cost} with {name}"
    assert rows[0][1].writes <= 5
    assert rows[0][1].reads <= 1
    assert rows[0][1].round_trips <= 4
    _send_sizes()


def _send_sizes() -> None:
    """The message itself costs a write for every KiB; nothing else grows with it."""
    with own_tables():
        _, alice, bob = _people("acme")
        conversation = alice.open_group(bob)
        rows = [
            [f"{length:,} characters", *_numbers(_send(alice, conversation, "x" * length))]
            for length in (1, 60, 500, 2_000, 20_000)
        ]
    print_table("A send by the length of its text", ["text", *HEADER], rows)


def _page_growth() -> None:
    rows = []
    with own_tables():
        _, alice, bob = _people("acme")
        for messages in (60, 1_000, 100_000):
            for length in (60, 300):
                conversation = alice.open_group(bob)
                scale.set_history(alice, conversation, messages=messages, written=60, text="x" * length)
                with metered() as cost:
                    page = bob.get(f"/v1/conversations/{conversation}/messages", limit=50)
                assert len(page["data"]) == 50
                rows.append([f"{messages:,} messages, texts of {length}", *_numbers(cost)])
                assert cost.reads <= 6 or length > 60
    print_table("A page of 50 messages", ["of", *HEADER], rows)
    of_lengths = {tuple(row[1:]) for row in rows}
    assert len(of_lengths) == 2, "a page costs more in a longer history"


def _list_growth() -> None:
    """By conversations, 100 of them active within the day and 60 with something unread; once a list is kept."""
    rows = []
    for conversations in (50, 500, 5_000):
        with own_tables():
            _, alice, bob = _people("acme")
            like = alice.open_group(bob)
            active = min(100, conversations // 2)
            scale.add_conversations(alice, like, conversations, active=active, unread=active * 6 // 10)
            for what in ("at first", "then"):
                for path, query in (("/v1/unread", {}), ("/v1/conversations", {"limit": 50})):
                    with metered() as cost:
                        assert alice.get(path, **query).status == 200
                    rows.append([f"{conversations:,} conversations, {path}, {what}", *_numbers(cost)])
                    assert what == "at first" or cost.reads <= (100 if path == "/v1/unread" else 60), cost
    print_table("Lists of a user, by how many conversations they have", ["of", *HEADER], rows)
