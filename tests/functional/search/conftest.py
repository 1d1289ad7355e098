"""Search on a real engine: tests write through the real handlers, and `index` carries the change stream over."""

from collections.abc import Callable, Iterator

import pytest
from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Workspace
from tests.support.people.world import own_tables


@pytest.fixture(scope="session")
def engine_url() -> Iterator[str]:
    with engine.running_engine() as url:
        yield url


@pytest.fixture(scope="session")
def opensearch(tables: None, engine_url: str) -> Iterator[OpenSearch]:
    with engine.searching_at(engine_url) as client:
        engine.set_up(client)
        yield client


@pytest.fixture(scope="module", autouse=True)
def _tables_of_the_module(opensearch: OpenSearch) -> Iterator[None]:
    """Rebuilds and exports read whole tables: they find what this module's tests have written, and nothing else."""
    with own_tables():
        engine.forget()
        engine.set_up(opensearch)
        yield
    engine.forget()


@pytest.fixture
def changes(opensearch: OpenSearch) -> ChangeStream:
    """What `chat` writes from here on."""
    return ChangeStream()


@pytest.fixture
def acme(changes: ChangeStream) -> Workspace:
    """A tenant whose every change is in `changes`."""
    return engine.new_workspace("acme")


@pytest.fixture
def globex(changes: ChangeStream) -> Workspace:
    return engine.new_workspace("globex")


@pytest.fixture
def index(opensearch: OpenSearch, changes: ChangeStream) -> Callable[[], None]:
    """Index what has been written since the last time, so that it can be found."""

    def carry_over() -> None:
        engine.index_all(opensearch, changes.take())

    return carry_over
