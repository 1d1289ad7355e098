"""Sockets and the change stream, for the tests of realtime."""

from collections.abc import Iterator

import pytest

from parley.identity import stored_settings
from parley.realtime import gateway
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Workspace


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch, acme: Workspace) -> Iterator[Sockets]:
    played = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: played)
    monkeypatch.setattr(gateway, "BACKOFF_SECONDS", 0)
    give_key(acme.tenant_id)
    yield played
    stored_settings.forget()


@pytest.fixture
def stream(sockets: Sockets, acme: Workspace) -> Stream:
    return Stream(ChangeStream(), sockets, acme.tenant_id)
