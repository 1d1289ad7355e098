"""What an erasure means beyond the table: open connections, old tokens, the search index."""

import pytest

from parley import ids
from parley.identity import stored_settings
from parley.realtime import gateway
from parley.search.indexing import documents
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.keys import Key
from tests.functional.jobs.test_erasure import ZOE, erase, live
from tests.support.aws.sockets import Refused, Sockets, token_of
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import items_of


@pytest.fixture
def zoe(jobs: JobQueues, acme: Workspace) -> Person:
    return acme.person(ZOE, "Zoe Zimmer")


def test_open_connections_are_closed_and_tokens_from_before_open_no_more(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: sockets)
    stored_settings.forget()
    token = token_of(zoe)
    hers, other = sockets.connect(zoe, token), sockets.connect(alice)
    jobs.moved.pass_seconds(60)
    acme.server.delete(f"/v1/users/{ZOE}")
    assert jobs.run_next()
    sockets.settle()
    assert (hers.is_open, other.is_open) == (False, True)
    with pytest.raises(Refused):
        sockets.connect(zoe, token)
    jobs.run_all()
    with pytest.raises(Refused):
        sockets.connect(zoe, token)


def test_the_index_is_told_of_every_message_and_of_the_profile(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person, bob: Person
) -> None:
    """Every item that an index document names the user of has changed in what is indexed, and names them no more."""
    live(zoe, alice, bob)
    before = {(i["pk"]["S"], i["sk"]["S"]): i for i in items_of(settings().chat_table, acme.tenant_id)}
    erase(jobs, acme)
    seen = 0
    for at, old in before.items():
        if old["entity"]["S"] not in documents.ENTITIES or "reference" in old:
            continue
        new = dynamodb.get(settings().chat_table, Key(*at), consistent=True)
        removed = new is None
        now = documents.document_of(acme.tenant_id, new or old, removed=removed)
        then = documents.document_of(acme.tenant_id, old)
        if ZOE in str(then.source):
            seen += 1
            assert documents.is_relevant(old["entity"]["S"], old, new)
            assert ZOE not in str(now.source)
            assert now.version > then.version
            if now.family == "messages":
                assert now.source.get("author_id", ids.DELETED_USER) in (ids.DELETED_USER, "alice")
    assert seen > 5
