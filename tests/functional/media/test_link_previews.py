"""Pictures of links' previews: checked as uploads are, seen by who reads the message, and gone with the last one."""

import json
from collections.abc import Iterator

import pytest

from functions.jobs import show_previews
from infrastructure.triggered.jobs import SHOW_PREVIEWS
from parley.media import lifecycle
from parley.media.checking import check
from parley.media.uploads import sweeping
from parley.previews import noticing, pictures
from parley.previews.queue import Job
from parley.tables.attributes import RawItem
from tests.functional.media.test_summaries import _stored
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.job_queues import PREVIEWS, job_queues
from tests.support.aws.s3_calls import denied, s3_uses
from tests.support.aws.sqs import PlayedSqs
from tests.support.clients import samples
from tests.support.clients.uploading import process, s3_event, send
from tests.support.dynamodb.change_stream import modified
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.websites import Website, page, picture, website


@pytest.fixture
def site(local_stage: None) -> Iterator[Website]:
    with website() as served:
        served.pages["/picture.png"] = picture(samples.picture("PNG"))
        served.pages["/"] = page('<meta property="og:image" content="/picture.png">')
        yield served


@pytest.fixture
def queue() -> Iterator[PlayedSqs]:
    with job_queues() as sqs:
        yield sqs


def look(who: Person, message_id: str) -> None:
    """Have the worker look at a message, held to what its role allows."""
    body = json.dumps({"tenant_id": who.tenant_id, "message_id": message_id})
    with recording() as calls, s3_uses() as uses:
        show_previews.handler({"Records": [{"body": body}]}, Context())
    refused = [*calls.denied(SHOW_PREVIEWS.grants), *denied(uses, SHOW_PREVIEWS.buckets)]
    assert not refused, f"show_previews is not granted {refused}"


def previewed(who: Person, room: str, site: Website) -> tuple[str, str]:
    """A message with a preview, and its picture."""
    message_id = str(who.send(room, site.url())["id"])
    look(who, message_id)
    (shown,) = who.get(f"/v1/messages/{message_id}")["link_previews"]
    return message_id, str(shown["image"]["media_id"])


def lose(who: Person, message_id: str, before: RawItem) -> None:
    """Tell the effect what was written to a message since."""
    noticing.notice([modified(who.tenant_id, before, _stored(who, message_id))])


def is_gone(who: Person, media_id: str) -> bool:
    item = lifecycle.load(who.tenant_id, media_id)
    return item is not None and item.status == "deleted"


def swept(clock: MovingClock) -> None:
    clock.pass_seconds(3600)
    sweeping.sweep()


def test_who_reads_the_message_may_fetch_the_picture(
    alice: Person, bob: Person, carol: Person, mallory: Person, general: str, site: Website, queue: PlayedSqs
) -> None:
    message_id = str(alice.send(general, site.url())["id"])
    look(alice, message_id)
    (shown,) = bob.get(f"/v1/messages/{message_id}")["link_previews"]
    media_id = shown["image"].pop("media_id")
    assert shown["image"] == {"width": 320, "height": 200, "thumbnails": ["thumb_1024", "thumb_128", "thumb_256"]}
    assert bob.get(f"/v1/messages/{message_id}")["version"] == 2, "all of it at once"
    assert queue.queues[PREVIEWS] == []
    signed = bob.get(f"/v1/download/{media_id}/signed", variant="thumb_256")
    assert send("GET", signed["url"]).body[:4] == b"RIFF"
    assert bob.post("/v1/download/signed", {"items": [{"media_id": media_id, "variant": "thumb_256"}]}).status == 200
    for stranger in (carol, mallory):
        assert stranger.get(f"/v1/media/{media_id}").status == 404
    assert alice.delete(f"/v1/media/{media_id}").status == 404, "it is nobody's"


def test_it_counts_for_no_quota_and_is_kept_while_a_message_shows_it(
    alice: Person, bob: Person, general: str, site: Website, queue: PlayedSqs, moving_clock: MovingClock
) -> None:
    first, media_id = previewed(alice, general, site)
    second, same = previewed(bob, general, site)
    assert (media_id, site.asked()) == (same, ["/", "/picture.png"])
    before = _stored(alice, first)
    alice.put(f"/v1/messages/{first}", {"text": "none"})
    lose(alice, first, before)
    swept(moving_clock)
    assert alice.get(f"/v1/media/{media_id}").status == 200
    before = _stored(bob, second)
    bob.delete(f"/v1/messages/{second}")
    assert alice.get(f"/v1/media/{media_id}").status == 404, "at once"
    lose(bob, second, before)
    swept(moving_clock)
    assert is_gone(alice, media_id)


@pytest.mark.parametrize("how", ["erase", "remove"])
def test_it_goes_with_its_preview(
    alice: Person, acme: Workspace, general: str, site: Website, queue: PlayedSqs, moving_clock: MovingClock, how: str
) -> None:
    message_id, media_id = previewed(alice, general, site)
    before = _stored(alice, message_id)
    path = f"/v1/messages/{message_id}"
    if how == "erase":
        assert acme.server.delete(path, hard="true").status == 204
    else:
        assert alice.delete(f"{path}/link_previews", url=site.url()).status == 204
    lose(alice, message_id, before)
    swept(moving_clock)
    assert is_gone(alice, media_id)


def test_a_picture_that_is_gone_is_fetched_anew(
    alice: Person, acme: Workspace, general: str, site: Website, queue: PlayedSqs
) -> None:
    _, media_id = previewed(alice, general, site)
    assert acme.server.delete(f"/v1/media/{media_id}").status == 204
    message_id = str(alice.send(general, site.url())["id"])
    look(alice, message_id)
    assert alice.get(f"/v1/messages/{message_id}")["link_previews"][0]["image"] is None
    (again,) = queue.queues[PREVIEWS]
    look(alice, Job.read(again.body).message_id)
    (shown,) = alice.get(f"/v1/messages/{message_id}")["link_previews"]
    assert shown["image"]["media_id"] not in {None, media_id}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"not a picture", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/png"),
        (b"<script>alert(1)</script>", "image/jpeg"),
        (b"", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"x" * (pictures.MOST_BYTES + 1), "image/png"),
    ],
)
def test_what_is_no_picture_is_not_shown(
    alice: Person, general: str, site: Website, queue: PlayedSqs, body: bytes, kind: str
) -> None:
    site.pages["/picture.png"] = picture(body, kind)
    message_id = str(alice.send(general, site.url())["id"])
    look(alice, message_id)
    (shown,) = alice.get(f"/v1/messages/{message_id}")["link_previews"]
    assert (shown["title"], shown["image"]) == ("Whales & ships", None)
    assert queue.queues[PREVIEWS] == []


def test_a_picture_that_waits_for_its_scanner_comes_later(
    alice: Person, general: str, site: Website, queue: PlayedSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = str(alice.send(general, site.url())["id"])
    with monkeypatch.context() as patched:
        patched.setattr(check, "scanner_is_pending", lambda _: True)
        look(alice, message_id)
    (shown,) = alice.get(f"/v1/messages/{message_id}")["link_previews"]
    assert shown["image"] is None
    (again,) = queue.queues[PREVIEWS]
    assert Job.read(again.body).tries == 1
    look(alice, message_id)
    (shown,) = alice.get(f"/v1/messages/{message_id}")["link_previews"]
    assert shown["image"]["width"] == 320


def test_the_queue_of_uploads_may_check_it_first(alice: Person, general: str, site: Website, queue: PlayedSqs) -> None:
    _, media_id = previewed(alice, general, site)
    assert process(s3_event(alice, media_id)) == [], "S3 tells it of the object too"
    assert alice.get(f"/v1/media/{media_id}")["status"] == "ready"
