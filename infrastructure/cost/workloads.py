"""Three workloads, and what a month of each costs beside what others list for as many users."""

from collections.abc import Mapping
from dataclasses import dataclass

from infrastructure.cost import recorded
from infrastructure.cost.prices import MILLION, price, prices
from infrastructure.cost.recorded import Units
from infrastructure.routes import ROUTES

KEPT_MONTHS = 12
"""A message has been stored for a year."""
CONSUMERS = 4
"""Which read the change stream."""
METRICS_IN_USE = 2 * (len({route.service for route in ROUTES}) + 1) + 20
"""Failures and latency of each service and of the sockets, and what consumers, search, webhooks and pushes tell."""


@dataclass(frozen=True)
class Workload:
    """`members` are those of a usual conversation, of whom `online` are connected when somebody writes.

    All that follows is of one active user and month.
    """

    name: str
    users: int
    members: int
    online: int
    messages: int
    visits: int
    searches: int
    hours_online: int

    @property
    def pushed(self) -> int:
        """Phones that a message reaches: those of members who are away; in large conversations of who is named."""
        away = self.members - self.online - 1
        return max(0, min(away, 1 if self.members > 100 else away))  # noqa: PLR2004 - as ADR 25


WORKLOADS = (
    Workload("small team", 50, members=10, online=5, messages=600, visits=200, searches=20, hours_online=120),
    Workload("community", 10_000, members=1000, online=100, messages=20, visits=60, searches=3, hours_online=15),
    Workload("marketplace", 5_000, members=2, online=1, messages=30, visits=30, searches=1, hours_online=4),
)


def of_a_message(load: Workload) -> Mapping[str, float]:
    """Dollars of one message with all that it leads to, by what is billed."""
    a = dict.fromkeys(("lists", "pages", "reads"), load.visits / load.messages)
    searches = load.searches / load.messages
    requests = 1 + sum(a.values()) + searches
    units = [
        (1, recorded.SEND),
        (a["lists"], recorded.LIST_CONVERSATIONS),
        (a["pages"], recorded.LIST_MESSAGES),
        (a["reads"], recorded.MARK_READ),
        (searches, recorded.SEARCH),
        (1, recorded.DELIVERY[load.members]),
        (1, recorded.PUSH[load.members] if load.pushed else Units(0, 0)),
        (1, recorded.INDEXED),
    ]
    reads = sum(times * each.reads for times, each in units)
    writes = sum(times * each.writes for times, each in units)
    seconds = sum(times * each.milliseconds for times, each in units) / 1000
    streamed = recorded.STREAMED_KILOBYTES / MILLION
    minutes = load.hours_online * 60 / load.messages
    return {
        "gateway": requests * price("apigateway", "http_million") / MILLION,
        "functions": (
            requests * price("lambda", "request_million") / MILLION
            + requests * recorded.RESTORED / 4 * price("lambda", "restored_gigabyte")
            + (seconds / 4 + recorded.CONSUMER_MILLISECONDS / 2000) * price("lambda", "gigabyte_second")
        ),
        "tables": (
            reads * price("dynamodb", "read_million") / MILLION
            + writes * price("dynamodb", "write_million") / MILLION
            + KEPT_MONTHS
            * recorded.STORED_KILOBYTES
            * (price("dynamodb", "gigabyte") + price("dynamodb", "backup_gigabyte"))
            / MILLION
        ),
        "stream": (
            recorded.STREAMED_KILOBYTES * price("dynamodb", "change_million") / MILLION
            + streamed * (price("kinesis", "in_gigabyte") + CONSUMERS * price("kinesis", "out_gigabyte"))
        ),
        "sockets": (
            load.online * price("apigateway", "socket_messages_million") / MILLION
            + minutes * price("apigateway", "socket_minutes_million") / MILLION
        ),
        "pushes": load.pushed * price("sns", "push_million") / MILLION,
        "logs": requests * recorded.LOGGED_KILOBYTES / MILLION * price("cloudwatch", "logs_gigabyte"),
    }


@dataclass(frozen=True)
class Bill:
    """A month of a workload alone in a stage: what it uses, and the stage besides."""

    load: Workload
    a_million_messages: float
    """Of use alone."""
    month: float

    @property
    def a_user(self) -> float:
        return self.month / self.load.users


def bill(load: Workload, *, idle: float) -> Bill:
    of_one = sum(of_a_message(load).values())
    fixed = idle + METRICS_IN_USE * price("cloudwatch", "metric")
    return Bill(load, of_one * MILLION, fixed + of_one * load.messages * load.users)


def listed(name: str, users: int) -> float:
    """Dollars that another service lists for a month of so many users: its plan, and each user above it."""
    plan = prices()["others"][name]
    return float(plan["month"] + max(0, users - plan["users"]) * plan["user_above"])
