"""Search: indexing against a bare bulk, our own CPU against the engine's time, growth with conversations, the cache.

`python -m tests.benchmarks search`. `search_lag` measures how long it takes from a send until it is found.
"""

import contextlib
import io
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from moto import mock_aws
from opensearchpy import OpenSearch, helpers

from infrastructure.tables import TABLES, create_table_request
from parley.observability import logger
from parley.search.engine import engine_client as searching
from parley.search.engine.lean_client import Engine
from parley.search.engine.node import Node
from parley.search.indexing import change_indexer, documents
from parley.search.querying import highlights, hit_pages, queries, text_matching, visibility
from parley.search.querying.query_language import parse
from parley.settings import settings
from parley.streams.changes import decode
from parley.tables import dynamodb, keys
from tests.benchmarks.tables import print_table
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import Payload, kinesis_event
from tests.support.people.people import Person, Workspace

DOCUMENTS = 6_000
BATCH = 500
ROUNDS = 5
WANTED_RATIO = 0.8
BARE_INDEX = "messages-v99"
"""As empty as the other when both begin: an engine that holds more documents takes longer for one more."""
TEXT = (
    "the a to of and in is it you that he was for on are with as his they be at one have this from or had by hot but "
    "some what there we can out other were all your when up use word how said an each she which do their time if will "
    "way about many then them would write like so these her long make thing see him two has look more day could go come"
)
WORDS = TEXT.split()
CONVERSATIONS = (10, 1_000, 20_000)
QUERIES = 20


def main() -> None:
    """Print what is measured; a machine that is busy changes the times, so none is held to anything."""
    logger().setLevel("CRITICAL")
    with mock_aws(), engine.running_engine() as url:
        for table in TABLES:
            boto3.client("dynamodb").create_table(**create_table_request(table, table.name))
        with engine.searching_at(url) as opensearch:
            engine.set_up(opensearch)
            with _tables_alone():
                _cache()
            with _tables_alone():
                _queries(opensearch)
            with _tables_alone():
                _indexing(opensearch)


@contextlib.contextmanager
def _tables_alone() -> Iterator[None]:
    """Print what is printed inside, without the metrics among it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        yield
    lines = printed.getvalue().splitlines(keepends=True)
    sys.stdout.write("".join(line for line in lines if not line.startswith("{")))
    sys.stdout.flush()


def _message(number: int, tenant_id: str, conversation_id: str, version: int = 1) -> Payload:
    chance = random.Random(number)  # noqa: S311 - the same texts in every run
    pk, sk = keys.conversation(tenant_id, conversation_id), keys.message_sk(number)
    image = {
        "pk": {"S": pk},
        "sk": {"S": sk},
        "entity": {"S": "message"},
        "conversation_id": {"S": conversation_id},
        "seq": {"N": str(number)},
        "author_id": {"S": f"user-{number % 50}"},
        "text": {"S": " ".join(chance.choices(WORDS, k=14)) + f" note {number}"},
        "created_at": {"N": str(1_795_000_000_000 + number)},
        "version": {"N": str(version)},
    }
    written = {
        "ApproximateCreationDateTime": int(time.time() * 1000),
        "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
        "NewImage": image,
        "SizeBytes": 300,
    }
    return {"eventName": "INSERT", "tableName": "chat", "dynamodb": written}


class Timed:
    """How long the calls of a function take."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, called: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return called(*arguments, **options)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


@dataclass
class Spent:
    """Where the time of one way of indexing goes, in seconds over all documents of a round."""

    wall: float = 0.0
    cpu: float = 0.0
    engine: float = 0.0
    tables: float = 0.0

    def of(self, documents_written: int) -> tuple[str, str, str, str, str]:
        micro = 1e6 / documents_written
        own = self.wall - self.engine - self.tables
        return (
            f"{documents_written / self.wall:,.0f}",
            f"{self.engine * micro:.0f}",
            f"{self.tables * micro:.0f}",
            f"{own * micro:.0f}",
            f"{self.cpu * micro:.0f}",
        )


@contextlib.contextmanager
def _spending(spent: Spent) -> Iterator[None]:
    """Account for what happens inside."""
    engine_time, table_time = Timed(), Timed()
    client: Any = BaseClient
    perform, call = Node.request, client._make_api_call
    started, cpu = time.perf_counter(), time.process_time()
    with (
        patch.object(Node, "request", engine_time(perform)),
        patch.object(BaseClient, "_make_api_call", table_time(call)),
    ):
        yield
    spent.wall += time.perf_counter() - started
    spent.cpu += time.process_time() - cpu
    spent.engine += engine_time.seconds
    spent.tables += table_time.seconds


def _indexing(opensearch: OpenSearch) -> None:
    """Both index the same documents, batch by batch in turn, each round at a newer version.

    A machine that others use too slows both alike; the indexer also decodes, analyses, and asks the tables four times
    a batch.
    """
    conversations = [f"{at:026d}" for at in range(100)]
    opensearch.indices.create(index=BARE_INDEX)
    bare, ours, ratios, cpu_ratios = [], [], [], []
    for version in range(1, ROUNDS + 1):
        one, other = Spent(), Spent()
        for start in range(1, DOCUMENTS, BATCH):
            numbers = range(start, start + BATCH)
            actions = _actions([_message(n, "bare", conversations[n % 100], version) for n in numbers])
            event = kinesis_event([_message(n, "ours", conversations[n % 100], version) for n in numbers])
            with _spending(one):
                helpers.bulk(opensearch, actions, chunk_size=BATCH, request_timeout=60)
            with _spending(other):
                change_indexer.apply(list(decode(event)), seconds=60)
        bare.append(one)
        ours.append(other)
        ratios.append(one.wall / other.wall)
        cpu_ratios.append(one.cpu / other.cpu)
    print_table(
        f"Indexing {DOCUMENTS:,} messages in batches of {BATCH}, in turn; the best of {ROUNDS} rounds, µs a document "
        "(tables on moto)",
        ("", "documents/s", "engine", "tables", "own", "CPU in all"),
        [
            ("bare helpers.bulk", *min(bare, key=lambda spent: spent.wall).of(DOCUMENTS)),
            ("indexer", *min(ours, key=lambda spent: spent.wall).of(DOCUMENTS)),
        ],
    )
    print_table(
        "The indexer against the bare bulk, median of the rounds",
        ("", "ratio", "wanted"),
        [
            ("documents/s", f"{statistics.median(ratios):.2f}", f"≥ {WANTED_RATIO}"),
            ("CPU time", f"{statistics.median(cpu_ratios):.2f}", ""),
        ],
    )


def _actions(payloads: Sequence[Payload]) -> list[dict[str, Any]]:
    """The same documents as the indexer makes, ready made."""
    made = [documents.document_of("bare", change.image) for change in decode(kinesis_event(payloads))]
    return [
        {
            "_index": BARE_INDEX,
            "_id": one.id,
            "routing": one.tenant_id,
            "version": one.version,
            "version_type": "external",
            "_source": one.source,
        }
        for one in made
    ]


def _member(workspace: Workspace, user_id: str, count: int) -> tuple[Person, list[str]]:
    """A user with as many conversations, in the table."""
    person = workspace.person(user_id)
    conversation_ids = [f"{user_id}{at:026d}"[-26:].replace("-", "0") for at in range(count)]
    for conversation_id in conversation_ids:
        image = {
            "pk": {"S": keys.user(person.tenant_id, user_id)},
            "sk": {"S": keys.membership_sk(conversation_id)},
            "entity": {"S": "membership"},
            "gpk": {"S": keys.members(person.tenant_id, conversation_id)},
            "gsk": {"S": keys.member_gsk(user_id)},
            "conversation_id": {"S": conversation_id},
            "user_id": {"S": user_id},
            "type": {"S": "group"},
            "role": {"S": "member"},
            "visible_from": {"N": "0"},
            "join_seq": {"N": "0"},
            "read_seq": {"N": "0"},
            "joined_at": {"N": "1795000000000"},
            "version": {"N": "1"},
        }
        dynamodb.put(settings().chat_table, image)
    return person, conversation_ids


def _say(tenant_id: str, conversation_ids: Sequence[str], count: int) -> None:
    """Messages in the table and in the index, spread over the conversations."""
    metas: set[str] = set()
    payloads = []
    for number in range(1, count + 1):
        conversation_id = conversation_ids[number % len(conversation_ids)]
        payload = _message(number, tenant_id, conversation_id)
        dynamodb.put(settings().chat_table, payload["dynamodb"]["NewImage"])
        payloads.append(payload)
        metas.add(conversation_id)
    for conversation_id in metas:
        meta = {
            "pk": {"S": keys.conversation(tenant_id, conversation_id)},
            "sk": {"S": keys.META_SK},
            "entity": {"S": "conversation"},
            "conversation_id": {"S": conversation_id},
            "type": {"S": "group"},
            "name": {"S": "Room"},
            "created_by": {"S": "user-1"},
            **{name: {"N": "1795000000000"} for name in ("created_at", "updated_at", "last_at")},
            "version": {"N": "1"},
        }
        dynamodb.put(settings().chat_table, meta)
    for at in range(0, len(payloads), BATCH):
        change_indexer.apply(list(decode(kinesis_event(payloads[at : at + BATCH]))), seconds=30)


def _queries(opensearch: OpenSearch) -> None:
    rows = []
    for count in CONVERSATIONS:
        workspace = engine.new_workspace("growth")
        person, conversation_ids = _member(workspace, "reader", count)
        _say(person.tenant_id, conversation_ids, 2_000)
        engine.refresh(opensearch)
        took, engine_time, answered = Timed(), list[float](), list[float]()
        perform = Node.request
        ours: list[float] = []
        answer = person.get("/v1/search/messages", q="warm")
        for at in range(QUERIES):
            before = took.seconds
            started = time.perf_counter()
            with patch.object(Node, "request", took(perform)):
                answer = person.get("/v1/search/messages", q=f"{WORDS[at]} {WORDS[at + 7]}")
            answered.append((time.perf_counter() - started) * 1000)
            engine_time.append((took.seconds - before) * 1000)
            assert answer.status == 200, answer.text
            ours.append(_own_cpu(person, f"{WORDS[at + 1]} {WORDS[at + 9]}"))
        reads = [call for call in answer.calls.operations if call in ("Query", "BatchGetItem", "GetItem")]
        rows.append(
            (
                f"{count:,} conversations",
                f"{statistics.median(engine_time):.1f}",
                f"{statistics.median(ours):.1f}",
                f"{statistics.median(answered):.0f}",
                str(len(reads)),
                "read anew" if count <= visibility.LARGE else "remembered",
            )
        )
    print_table(
        f"One search of 25 messages among 2,000, median of {QUERIES} (a request includes moto's share)",
        ("", "engine ms", "own CPU ms", "request ms", "reads", "visibility"),
        rows,
    )


def _own_cpu(person: Person, q: str) -> float:
    """Milliseconds of CPU to parse a query, write it for the engine, and match and highlight 25 texts."""
    texts = [" ".join(WORDS[at : at + 16]) for at in range(25)]
    seen = visibility.Visibility(person.tenant_id, person.user_id, None, frozenset())
    started = time.process_time()
    query = parse(q)
    filters = queries.Filters(query, text_matching.needles(query.matches))
    queries.messages(seen, filters, size=35, recent=False, after=queries.After(hit_pages.origin_now(), ()))
    for text in texts:
        analysed = text_matching.Text.of(text)
        highlights.fragments(analysed, text_matching.spans(filters.needles, analysed) or [])
    return (time.process_time() - started) * 1000


def _cache() -> None:
    """Ten people of one conversation ask 400 times, for 40 queries of which few are asked often (Zipf)."""
    workspace = engine.new_workspace("cache")
    people = [workspace.person(f"reader-{at}") for at in range(10)]
    group = people[0].open_group(*people[1:], name="Room")
    chance = random.Random(3)  # noqa: S311 - the same load in every run
    asked = [0]
    search = Engine.search

    def counted(*arguments: Any, **options: Any) -> Any:
        asked[0] += 1
        return search(*arguments, **options)

    weights = [1 / (at + 1) for at in range(40)]
    requests = 400
    with patch.object(Engine, "search", counted):
        for at in chance.choices(range(40), weights, k=requests):
            answer = chance.choice(people).get("/v1/search/messages", q=WORDS[at], conversation_id=group)
            assert answer.status == 200, answer.text
    print_table(
        "Result cache: 400 searches by 10 members, 40 queries by Zipf's law",
        ("", "requests", "engine asked", "hit ratio"),
        [("within a minute", str(requests), str(asked[0]), f"{1 - asked[0] / requests:.2f}")],
    )
    assert searching.circuit_state() == "CLOSED"
