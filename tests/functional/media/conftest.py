"""Media is tested on MiniStack, where S3 refuses what AWS would refuse."""

from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.routes import ROUTES
from parley.media.uploads import sweeping
from tests.support.aws import gateway
from tests.support.aws.gateway import Answer
from tests.support.aws.ministack import environment, server
from tests.support.aws.s3_calls import denied, s3_uses
from tests.support.people import people


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A MiniStack that all tests of this folder share."""
    with server(tmp_path_factory.mktemp("ministack")) as leads_there:
        yield leads_there


@pytest.fixture(scope="module")
def tables(_server: dict[str, str]) -> Iterator[None]:
    """Both tables and the bucket, there; other modules of the same process have moto's."""
    with environment(**_server):
        yield


@pytest.fixture(autouse=True)
def _sweeps_reach_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests share the table: what others left due may be more than one sweep takes."""
    monkeypatch.setattr(sweeping, "BATCH", 100_000)


@pytest.fixture(autouse=True)
def _grants_on_buckets(tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a function does to S3 what its role does not allow."""

    def invoke(event: dict[str, Any]) -> Answer:
        route = next(route for route in ROUTES if f"{route.method} {route.path}" == event["routeKey"])
        with s3_uses() as uses:
            answer = gateway.invoke(event)
        assert denied(uses, route.buckets) == [], f"{route.function} is not granted this"
        return answer

    monkeypatch.setattr(people, "invoke", invoke)
