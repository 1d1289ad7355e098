"""Schemathesis asks every operation for what the document allows, and follows its links from answer to request.

`invoke` holds each answer to the document: its status is stated, and its body has nothing beside the schema. The search
engine is away here, so what needs it says that, and nothing else may fail.
"""

import copy
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from moto import mock_aws
from schemathesis.core.result import Ok

from infrastructure.routes import ROUTES
from parley.settings import media_settings
from tests.support.aws.answers import document
from tests.support.clients.exports import export_bucket
from tests.support.clients.wsgi import application
from tests.support.fuzzing import SEED, TIMES
from tests.support.people.clocks import Clock
from tests.support.people.world import example_world

SCHEMA = schemathesis.openapi.from_dict(copy.deepcopy(document()))
SCHEMA.app = application
OPERATIONS = {
    each.ok().definition.raw["operationId"]: each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok)
}
FOLLOWS: Any = SCHEMA.as_state_machine()
"""Makes requests from the answers that came before, along the links."""
SHORT = settings(
    database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False
)


@pytest.fixture(scope="module")
def away() -> Iterator[None]:
    """Buckets and queues; the engine answers nobody."""
    with mock_aws(), export_bucket(), pytest.MonkeyPatch.context() as patched:
        boto3.client("s3").create_bucket(Bucket="media")
        patched.setenv("MEDIA_FAILURES_URL", boto3.client("sqs").create_queue(QueueName="failures")["QueueUrl"])
        media_settings.cache_clear()
        yield
    media_settings.cache_clear()


@pytest.fixture(scope="module")
def world(away: None) -> Iterator[Clock]:
    """The world of the examples, one for all requests that follow nothing."""
    with example_world() as clock:
        yield clock


def prepare(case: Any, clock: Clock) -> None:
    """Ask as the person of the route's example, when limits have something left."""
    clock.pass_seconds(3)
    case.headers.pop("X-Acting-User", None)


def check(case: Any, answer: Any) -> None:
    """No failure, but that there is no search engine."""
    away = answer.status_code == 503 and answer.json()["code"] == "search_unavailable"
    assert answer.status_code < 500 or away, (case.method, case.formatted_path, answer.text)


def test_no_operation_is_left_out() -> None:
    assert len(OPERATIONS) == len(ROUTES)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_the_document_allows_is_no_failure(world: Clock, name: str) -> None:
    @seed(SEED)
    @given(case=OPERATIONS[name].as_strategy())
    @settings(SHORT, max_examples=3 * max(1, TIMES))
    def run(case: Any) -> None:
        prepare(case, world)
        check(case, case.call())

    run()


def test_links_lead_from_answer_to_request(away: None) -> None:
    followed: set[str] = set()

    class Follows(FOLLOWS):  # type: ignore[misc]  # made at run time
        def setup(self) -> None:
            """A world of its own for each story, so that the same requests have the same answers."""
            self.held = ExitStack()
            self.clock = self.held.enter_context(example_world())

        def teardown(self) -> None:
            self.held.close()

        def before_call(self, case: Any, **_: Any) -> None:
            prepare(case, self.clock)

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            check(case, response)
            if response.status_code < 300:
                followed.add(case.operation.definition.raw["operationId"])

    run_state_machine_as_test(
        seed(SEED)(Follows), settings=settings(SHORT, max_examples=20 * max(1, TIMES), stateful_step_count=8)
    )
    assert len(followed) > 10, followed
