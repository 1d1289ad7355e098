"""Previews of links: what a message shows, and when it shows it no more."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.messages.reading import Place
from parley.previews import cache, noticing, queue, showing
from parley.previews.queue import Job
from parley.streams.events import events_of
from tests.functional.previews.conftest import Tell, switch
from tests.support.clients.jobs import JobQueues, bodies
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.dynamodb.meter import Cost, metered
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import answer
from tests.support.people.websites import Website, page

Look = Callable[[Person, str], list[dict[str, Any]]]
WHALES = {"title": "Whales & ships", "description": "All about whales.", "site_name": "The Sea", "image": None}


@pytest.fixture
def link(site: Website) -> str:
    site.pages["/whales"] = page()
    return site.url("/whales")


def test_a_link_gets_a_preview_as_a_later_version(
    alice: Person, bob: Person, general: str, link: str, previews: Look, site: Website
) -> None:
    sent = alice.send(general, f"Look: {link}.")
    assert sent["link_previews"] == []
    stream = ChangeStream()
    assert previews(bob, sent["id"]) == [{"url": link, **WHALES}]
    after = bob.get(f"/v1/messages/{sent['id']}")
    assert (after["version"], after["edited_at"]) == (sent["version"] + 1, None)
    (event,) = [event for change in changes(stream.take(alice.tenant_id)) for event in events_of(change)]
    assert (event.type, event.changed, event.version) == ("message.updated", ["link_previews"], after["version"])
    assert event.data["link_previews"] == after["link_previews"]
    asked = site.server.received[0].headers
    assert "Parley-LinkPreviews" in asked["user-agent"]
    assert not {"cookie", "authorization", "referer"} & asked.keys()


def test_three_links_a_message_and_each_once(alice: Person, general: str, site: Website, previews: Look) -> None:
    urls = [site.url(f"/{number}") for number in range(4)]
    site.pages |= {f"/{number}": page() for number in range(4)}
    message_id = alice.send(general, " ".join([urls[0], *urls]))["id"]
    assert [shown["url"] for shown in previews(alice, message_id)] == urls[:3]
    assert site.asked() == ["/0", "/1", "/2"]


def test_a_reply_and_a_forwarded_message_have_them_too(
    alice: Person, bob: Person, general: str, link: str, previews: Look, site: Website
) -> None:
    root = alice.send(general)["id"]
    reply = bob.send(general, link, parent_id=root)["id"]
    assert len(previews(alice, reply)) == 1
    there = bob.open_group(name="other")
    done = bob.post(f"/v1/messages/{reply}/forward", {"conversation_ids": [there]})
    assert len(previews(bob, done["data"][0]["message"]["id"])) == 1
    assert site.asked() == ["/whales"], "it was kept"


@pytest.mark.parametrize("said", [{}, {"link_previews": False}])
def test_where_it_is_switched_off_nothing_is_queued(
    acme: Workspace, alice: Person, general: str, link: str, tell: Tell, jobs: JobQueues, said: dict[str, Any]
) -> None:
    switch(acme.tenant_id, **said)
    alice.send(general, link)
    assert tell() == {"batchItemFailures": []}
    assert jobs.messages() == []


def test_a_text_without_links_is_not_looked_at(alice: Person, general: str, tell: Tell, jobs: JobQueues) -> None:
    for text in ("hello", "http", "https://", "see example.com"):
        alice.send(general, text)
    tell()
    assert jobs.messages() == []


def test_a_popular_link_is_fetched_once_a_tenant(
    alice: Person, bob: Person, mallory: Person, general: str, link: str, site: Website, previews: Look
) -> None:
    for who in (alice, bob, alice):
        assert len(previews(who, who.send(general, link)["id"])) == 1
    assert site.asked() == ["/whales"]
    switch(mallory.tenant_id, link_previews=True)
    assert len(previews(mallory, mallory.send(mallory.open_group(), link)["id"])) == 1
    assert site.asked() == ["/whales"] * 2, "what one tenant has fetched tells another nothing"


def test_what_is_kept_ends(
    alice: Person, general: str, link: str, site: Website, previews: Look, jobs: JobQueues
) -> None:
    previews(alice, alice.send(general, link)["id"])
    jobs.moved.now += cache.KEPT_SECONDS * 1000
    previews(alice, alice.send(general, link)["id"])
    assert len(site.asked()) == 2
    gone = site.url("/gone")
    for _ in range(2):
        assert previews(alice, alice.send(general, gone)["id"]) == []
    assert site.asked().count("/gone") == 1
    jobs.moved.now += cache.FAILURE_SECONDS * 1000
    previews(alice, alice.send(general, gone)["id"])
    assert site.asked().count("/gone") == 2


def test_a_server_that_does_not_answer_is_asked_again_a_few_times(
    alice: Person, general: str, site: Website, previews: Look
) -> None:
    answers = [page(), answer(b"", 503)]

    def come_round(handler: BaseHTTPRequestHandler) -> None:
        answers.pop()(handler)

    site.pages["/busy"] = come_round
    assert len(previews(alice, alice.send(general, site.url("/busy"))["id"])) == 1
    assert site.asked() == ["/busy"] * 2
    site.pages["/away"] = answer(b"", 503)
    for _ in range(2):
        assert previews(alice, alice.send(general, site.url("/away"))["id"]) == []
    assert site.asked().count("/away") == showing.FETCHES, "what led nowhere so often is kept as that"


def test_who_comes_while_another_fetches_waits(
    alice: Person, general: str, link: str, site: Website, jobs: JobQueues
) -> None:
    first, second = (str(alice.send(general, link)["id"]) for _ in range(2))

    def answer_late(handler: BaseHTTPRequestHandler) -> None:
        showing.work_on(Job(alice.tenant_id, second))
        page()(handler)

    site.pages["/whales"] = answer_late
    showing.work_on(Job(alice.tenant_id, first))
    assert alice.get(f"/v1/messages/{second}")["link_previews"] == []
    jobs.run_all()
    assert site.asked() == ["/whales"]
    assert [len(alice.get(f"/v1/messages/{each}")["link_previews"]) for each in (first, second)] == [1, 1]


def test_a_claim_of_who_died_is_not_waited_for_long(
    alice: Person, general: str, link: str, site: Website, previews: Look
) -> None:
    assert cache.find_or_claim(alice.tenant_id, link) is None
    message_id = alice.send(general, link)["id"]
    assert len(previews(alice, message_id)) == 1


def test_the_author_removes_one_and_it_does_not_come_back(
    alice: Person, bob: Person, general: str, link: str, previews: Look, jobs: JobQueues
) -> None:
    message_id = alice.send(general, link)["id"]
    previews(alice, message_id)
    path = f"/v1/messages/{message_id}/link_previews"
    refused = bob.delete(path, url=link)
    assert (refused.status, refused.code) == (403, "not_the_author")
    assert [alice.delete(path, url=link).status for _ in range(2)] == [204, 204]
    assert bob.get(f"/v1/messages/{message_id}")["link_previews"] == []
    showing.work_on(Job(alice.tenant_id, message_id))
    alice.put(f"/v1/messages/{message_id}", {"text": f"again {link}"})
    assert previews(alice, message_id) == []


def test_one_is_removed_before_it_is_there(alice: Person, general: str, link: str, previews: Look) -> None:
    message_id = alice.send(general, link)["id"]
    assert alice.delete(f"/v1/messages/{message_id}/link_previews", url=link).status == 204
    assert previews(alice, message_id) == []
    other = alice.send(general, f"{link} again")
    assert alice.delete(f"/v1/messages/{other['id']}/link_previews", url="https://example.com/").status == 204
    assert alice.get(f"/v1/messages/{other['id']}")["version"] == other["version"]


def test_who_may_not_remove_one(
    alice: Person, bob: Person, carol: Person, mallory: Person, acme: Workspace, general: str, link: str, previews: Look
) -> None:
    message_id = bob.send(general, link)["id"]
    previews(bob, message_id)
    path = f"/v1/messages/{message_id}/link_previews"
    for stranger in (carol, mallory):
        refused = stranger.delete(path, url=link)
        assert (refused.status, refused.code) == (404, "message_not_found")
    assert (alice.delete(path, url=link).status, alice.delete(path, url=link).code) == (403, "not_the_author")
    for query in ({}, {"url": ""}, {"url": "x" * 513}, {"url": link, "more": "1"}):
        assert bob.delete(path, **query).status == 422
    as_bob = acme.server.request("DELETE", path, headers={"X-Acting-User": "bob"}, url=link)
    assert as_bob.status in {204, 404}
    other = bob.send(general, link)["id"]
    bob.delete(f"/v1/messages/{other}")
    assert bob.delete(f"/v1/messages/{other}/link_previews", url=link).code == "message_deleted"
    alice.delete(f"/v1/conversations/{general}/members/bob")
    assert bob.delete(path, url=link).status == 404


def test_who_is_blocked_takes_back_and_an_archived_conversation_stays(
    alice: Person, bob: Person, link: str, previews: Look
) -> None:
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    message_id = bob.send(direct, link)["id"]
    assert len(previews(bob, message_id)) == 1
    alice.put("/v1/users/bob/block")
    assert bob.delete(f"/v1/messages/{message_id}/link_previews", url=link).status == 204
    group = alice.open_group(bob)
    kept = alice.send(group, link)["id"]
    previews(alice, kept)
    alice.delete(f"/v1/conversations/{group}")
    assert alice.delete(f"/v1/messages/{kept}/link_previews", url=link).code == "conversation_archived"


def test_an_edit_takes_a_link_and_its_preview_away_and_brings_others(
    alice: Person, bob: Person, general: str, site: Website, link: str, previews: Look
) -> None:
    site.pages["/other"] = page()
    other = site.url("/other")
    message_id = alice.send(general, link)["id"]
    previews(alice, message_id)
    edited = alice.put(f"/v1/messages/{message_id}", {"text": f"{link} and {other}"})
    assert [each["url"] for each in edited["link_previews"]] == [link]
    assert [each["url"] for each in previews(bob, message_id)] == [link, other]
    edited = alice.put(f"/v1/messages/{message_id}", {"text": f"only {other}"})
    assert [each["url"] for each in edited["link_previews"]] == [other]
    assert alice.put(f"/v1/messages/{message_id}", {"text": "none"})["link_previews"] == []
    assert previews(bob, message_id) == []


@pytest.mark.parametrize("what", ["edit", "delete", "erase", "remove"])
def test_what_happens_while_a_link_is_looked_at_holds(
    alice: Person, acme: Workspace, general: str, link: str, what: str
) -> None:
    message_id = str(alice.send(general, link)["id"])
    path = f"/v1/messages/{message_id}"

    def happen() -> None:
        done = {
            "edit": lambda: alice.put(path, {"text": "none"}),
            "delete": lambda: alice.delete(path),
            "erase": lambda: acme.server.delete(path, hard="true"),
            "remove": lambda: alice.delete(f"{path}/link_previews", url=link),
        }[what]()
        assert done.status in {200, 204}

    with before_call("UpdateItem", happen):
        showing.work_on(Job(alice.tenant_id, message_id))
    address = MessageAddress.parse(message_id)
    assert address is not None
    stored = MessageItem.at(Place(alice.tenant_id, address).message, consistent=True)
    assert stored is not None
    assert [entry for entry in stored.link_previews or [] if "title" in entry] == []
    seen = alice.get(path)
    assert seen.status == (404 if what == "erase" else 200)
    assert what == "erase" or seen["link_previews"] == []
    assert b"All about" not in json.dumps(alice.get(f"/v1/conversations/{general}/messages").body).encode()


def test_records_that_come_twice_and_in_another_order(
    alice: Person, general: str, link: str, tell: Tell, jobs: JobQueues
) -> None:
    message_id = alice.send(general, "none")["id"]
    alice.put(f"/v1/messages/{message_id}", {"text": link})
    alice.put(f"/v1/messages/{message_id}", {"text": f"{link} still"})
    tell(lambda payloads: [*reversed(payloads), *payloads])
    assert len(bodies(jobs)) == 2, "an edit that leaves the links as they are is none of its business"
    jobs.run_all()
    seen = alice.get(f"/v1/messages/{message_id}")
    assert (len(seen["link_previews"]), seen["version"]) == (1, 4)


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_at_any_call_is_made_up_for(
    alice: Person, general: str, link: str, tell: Tell, jobs: JobQueues, calls: int
) -> None:
    message_id = alice.send(general, link)["id"]
    tell()
    with crash_after(calls):
        try:
            jobs.run_next()
        except Exception:  # noqa: BLE001 - the crash
            jobs.moved.now += 1_800_000
    jobs.run_all()
    assert len(alice.get(f"/v1/messages/{message_id}")["link_previews"]) == 1


def test_nothing_is_imported_or_shown_of_the_erased(alice: Person, general: str, link: str) -> None:
    message_id = alice.send(general, link)["id"]
    alice.delete(f"/v1/messages/{message_id}")
    showing.work_on(Job(alice.tenant_id, message_id))
    showing.work_on(Job(alice.tenant_id, f"{general}-99"))
    assert alice.get(f"/v1/messages/{message_id}")["link_previews"] == []


def test_what_a_message_keeps_is_small(alice: Person, general: str, site: Website, previews: Look) -> None:
    long = "x" * 5000
    site.pages["/long"] = page(f'<meta name="twitter:title" content="{long}">')
    shown = previews(alice, alice.send(general, site.url("/long"))["id"])
    assert len(json.dumps(shown)) < 1000


def test_an_erased_user_leaves_none(
    alice: Person, bob: Person, acme: Workspace, general: str, link: str, previews: Look, jobs: JobQueues
) -> None:
    hers, his = alice.send(general, link)["id"], bob.send(general, link)["id"]
    for message_id in (hers, his):
        assert len(previews(bob, message_id)) == 1
    assert acme.server.delete("/v1/users/alice").status == 202
    jobs.run_all()
    seen = bob.get(f"/v1/messages/{hers}")
    assert (seen["author_id"], seen["text"], seen["link_previews"]) == ("_deleted", link, [])
    assert len(bob.get(f"/v1/messages/{his}")["link_previews"]) == 1
    assert previews(bob, hers) == []


def test_what_it_costs(acme: Workspace, alice: Person, general: str, link: str, tell: Tell, jobs: JobQueues) -> None:
    """As `docs/cost.md` says: less where it is kept, and nothing but the tenant's settings where it is off."""

    def cost() -> Cost:
        alice.send(general, link)
        tell()
        with metered() as spent:
            jobs.run_all()
        return spent

    first, second = cost(), cost()
    assert (first.reads, first.writes) == (2, 3), first.operations
    assert (second.reads, second.writes) == (2, 1), second.operations
    switch(acme.tenant_id)
    alice.send(general, link)
    with metered() as spent:
        tell()
    assert (spent.reads, spent.writes, spent.calls) == (0.5, 0, 1), spent.operations
    alice.send(general, link)
    with metered() as spent:
        tell()
    assert spent.calls == 0, "the settings are remembered"


def test_what_the_queue_does_not_take_is_left_over(
    alice: Person, general: str, link: str, jobs: JobQueues, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = ChangeStream()
    for text in (link, "none"):
        alice.send(general, text)
    with_links = [each for each in changes(stream.take(alice.tenant_id)) if noticing.wants(each)]
    assert len(with_links) == 1

    def refuse(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs")

    with monkeypatch.context() as patched:
        patched.setattr(queue, "send", refuse)
        assert noticing.notice(with_links) == with_links
    assert noticing.notice(with_links) == []
    assert len(bodies(jobs)) == 1
