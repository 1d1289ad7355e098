"""The sweeper, the queue and the malware scanners: nothing stays `processing`, nothing leaves quarantine unjudged."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.media import sweep
from infrastructure.triggered.media import SWEEP
from parley import clock
from parley.identity.authorizer import OPERATOR_TENANT
from parley.media import lifecycle, storage
from parley.media.checking import check, check_queue, sandbox
from parley.media.items import MediaItem
from parley.media.uploads import sweeping
from parley.settings import media_settings
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.ministack import BUCKET, environment
from tests.support.aws.s3_calls import denied, s3_uses
from tests.support.clients import clamav, drawings, samples
from tests.support.clients.uploading import checked, post_form, process, s3_event, sqs_event, start, store
from tests.support.people.people import Person, Workspace


class Clock:
    """Moves our clock; S3's and DynamoDB's go on as they do."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._offset = 0
        real = clock.now_ms
        monkeypatch.setattr(clock, "now_ms", lambda: real() + self._offset)

    def advance(self, minutes: int) -> None:
        self._offset += minutes * 60_000


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def _queued() -> list[str]:
    """The keys in the queue, which is emptied."""
    found: list[str] = []
    while True:
        received = check_queue.client().receive_message(QueueUrl=media_settings().queue_url, MaxNumberOfMessages=10)
        if not received.get("Messages"):
            return found
        for message in received["Messages"]:
            found.append(str(json.loads(message["Body"])["key"]))
            check_queue.client().delete_message(
                QueueUrl=media_settings().queue_url, ReceiptHandle=message["ReceiptHandle"]
            )


def _status(person: Person, media_id: str) -> tuple[str, str | None]:
    media = person.get(f"/v1/media/{media_id}")
    return (media["status"], media["reason"])


def test_a_lost_event_is_made_up_for(alice: Person, moving: Clock) -> None:
    media_id = store(alice, b"hello")
    key = storage.quarantine_key(alice.tenant_id, media_id)
    moving.advance(11)
    with recording() as calls, s3_uses() as uses:
        assert sweep.handler({}, Context())["requeued"] >= 1
    assert calls.denied(SWEEP.grants) == []
    assert denied(uses, SWEEP.buckets) == []
    assert key in _queued()
    assert process(sqs_event({"key": key})) == []
    assert _status(alice, media_id) == ("ready", None)


def test_a_check_that_never_ends_is_given_up(alice: Person, moving: Clock) -> None:
    media_id = store(alice, b"hello")
    storage.delete(storage.quarantine_key(alice.tenant_id, media_id))  # as if S3 had lost it
    assert process(s3_event(alice, media_id)) != []
    for _ in range(sweeping.MAX_ATTEMPTS + 1):
        moving.advance(11 * 2**sweeping.MAX_ATTEMPTS)
        sweeping.sweep()
    assert _status(alice, media_id) == ("rejected", "processing_failed")


def test_a_failed_message_is_reported_alone(alice: Person) -> None:
    lost, fine = store(alice, b"lost"), store(alice, b"fine")
    storage.delete(storage.quarantine_key(alice.tenant_id, lost))
    event = s3_event(alice, lost)
    event["Records"] += s3_event(alice, fine)["Records"]
    assert process(event) == [event["Records"][0]["messageId"]]
    assert _status(alice, fine) == ("ready", None)


def test_an_upload_that_nobody_finishes_expires(alice: Person, moving: Clock) -> None:
    upload_id = start(alice, 11 * 1024 * 1024)["upload_id"]
    item = lifecycle.load(alice.tenant_id, upload_id)
    moving.advance(23 * 60)
    sweeping.sweep()
    assert alice.get(f"/v1/upload/{upload_id}/progress")["status"] == "uploading"
    moving.advance(62)
    sweeping.sweep()
    assert alice.get(f"/v1/upload/{upload_id}/progress")["status"] == "expired"
    assert item is not None
    assert storage.list_parts(storage.quarantine_key(alice.tenant_id, upload_id), str(item.s3_upload_id)) is None


def test_a_crash_between_promotion_and_ready_heals(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media_id = store(alice, samples.picture("PNG"), "image/png")
    with monkeypatch.context() as broken:
        broken.setattr(lifecycle, "mark_ready", _crash)
        assert process(s3_event(alice, media_id)) != []
    assert _status(alice, media_id) == ("processing", None)
    assert process(s3_event(alice, media_id)) == []
    assert _status(alice, media_id) == ("ready", None)


def _crash(*_: object) -> bool:
    raise OSError("the function was stopped")


def test_a_crash_after_rejection_leaves_nothing_in_s3(
    alice: Person, moving: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = store(alice, b"no picture", "image/png")
    with monkeypatch.context() as broken:
        broken.setattr(lifecycle, "purge", _crash)
        process(s3_event(alice, media_id))
    moving.advance(1)
    sweeping.sweep()
    assert storage.head(storage.quarantine_key(alice.tenant_id, media_id)) is None


def test_an_event_that_meets_the_clients_complete_goes_on(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = start(alice, b"hello")
    post_form(upload["post"], b"hello")
    real = lifecycle.mark_processing

    def complete_first(item: MediaItem) -> bool:
        monkeypatch.setattr(lifecycle, "mark_processing", real)
        assert alice.post("/v1/upload/complete", {"upload_id": upload["upload_id"]}).status == 202
        return real(item)

    monkeypatch.setattr(lifecycle, "mark_processing", complete_first)
    assert process(s3_event(alice, upload["upload_id"])) == []
    assert _status(alice, upload["media_id"]) == ("ready", None)


def test_a_failed_message_comes_back_soon(alice: Person) -> None:
    media_id = store(alice, b"hello")
    key = storage.quarantine_key(alice.tenant_id, media_id)
    storage.delete(key)
    _queued()
    check_queue.send(key)
    (message,) = check_queue.client().receive_message(QueueUrl=media_settings().queue_url, VisibilityTimeout=3600)[
        "Messages"
    ]
    event = sqs_event({"key": key})
    event["Records"][0]["receiptHandle"] = message["ReceiptHandle"]
    with pytest.MonkeyPatch.context() as hurried:
        hurried.setattr(check_queue, "RETRY_SECONDS", 0)
        assert process(event) != []
    assert _queued() == [key]


def test_two_runs_at_once_deliver_one_file(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media_id = store(alice, b"hello")
    event, real = s3_event(alice, media_id), lifecycle.mark_ready

    def second_run_first(*arguments: object) -> object:
        monkeypatch.setattr(lifecycle, "mark_ready", real)
        assert process(event) == []
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "mark_ready", second_run_first)
    assert process(event) == []
    assert alice.get(f"/v1/download/{media_id}").status == 302
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None
    assert storage.head(f"{item.folder}original") is not None


def test_what_is_swapped_during_the_check_is_not_delivered(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = start(alice, b"checked")
    post_form(upload["post"], b"checked")
    media_id, real = upload["media_id"], check._inspect

    def swap(*arguments: object) -> object:
        assert post_form(upload["post"], b"swapped").status == 204
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "_inspect", swap)
    assert process(s3_event(alice, media_id)) != []
    assert _status(alice, media_id) == ("processing", None)


def test_a_decoder_that_hangs_or_dies_takes_the_preview_alone(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    slow = store(alice, samples.picture("PNG"), "image/png")
    assert process(s3_event(alice, slow)) != [], "nothing is known of its metadata: it is tried again"
    assert _status(alice, slow) == ("processing", None)
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 3)
    with monkeypatch.context() as hanging:
        hanging.setattr(sandbox, "MODULE", "tests.support.clients.hanging_inspection")
        assert process(s3_event(alice, slow)) == []
        drawing = checked(alice, drawings.DRAWINGS["doctype"], "image/svg+xml")
    kept = alice.get(f"/v1/media/{slow}")
    assert (kept["status"], kept["preview"], kept["reason"], kept["metadata"]) == (
        "ready",
        "failed",
        "too_complex",
        "removed",
    )
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 90)
    monkeypatch.setattr(sandbox, "MEMORY_BYTES", 40 * 1024 * 1024)
    large = checked(alice, samples.picture("PNG"), "image/png")
    assert (large["status"], large["preview"], large["metadata"]) == ("ready", "failed", "removed")
    assert (drawing["status"], drawing["content_type"]) == ("ready", "application/octet-stream")


def test_guardduty_keeps_a_file_in_quarantine_until_its_verdict(alice: Person) -> None:
    with environment(MEDIA_SCANNER="guardduty"):
        for verdict, expected in [
            ("NO_THREATS_FOUND", ("ready", None)),
            ("THREATS_FOUND", ("rejected", "malware")),
            ("UNSUPPORTED", ("rejected", "unscannable")),
        ]:
            media_id = store(alice, b"hello")
            key = storage.quarantine_key(alice.tenant_id, media_id)
            assert process(s3_event(alice, media_id)) == []
            assert _status(alice, media_id) == ("processing", None)
            tagging = {"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": verdict}]}
            storage.client().put_object_tagging(Bucket=BUCKET, Key=key, Tagging=tagging)
            scan_result = {"detail-type": "GuardDuty Malware Protection Object Scan Result"}
            assert process(sqs_event(scan_result | {"detail": {"s3ObjectDetails": {"objectKey": key}}})) == []
            assert _status(alice, media_id) == expected


@pytest.fixture(
    params=[
        "protocol",
        pytest.param(
            "real", marks=pytest.mark.skipif(clamav.binary() is None, reason="this machine has no ClamAV daemon")
        ),
    ]
)
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The daemon itself, or one that speaks its INSTREAM; either knows one virus and takes streams of a MiB."""
    if request.param == "real":
        with clamav.clamd(tmp_path) as address:
            yield address
    else:
        yield from _speaks_instream()


def _speaks_instream() -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                body = b""
                while length := struct.unpack(">I", stream.read(4))[0]:
                    body += stream.read(length)
                    if len(body) > clamav.LONGEST:
                        connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                        break
                else:
                    found = b"Win.Test.EICAR_HDB-1 FOUND" if clamav.EICAR in body else b"OK"
                    connection.sendall(b"stream: " + found + b"\0")

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def test_clamd_judges_each_file(alice: Person, clamd: str) -> None:
    with environment(MEDIA_SCANNER="clamd", CLAMD_ADDRESS=clamd):
        for body, expected in [
            (b"harmless", ("ready", None)),
            (clamav.EICAR, ("rejected", "malware")),
            (b"text around " + clamav.EICAR + b" it", ("rejected", "malware")),
            (b"x" * (clamav.LONGEST + 1), ("rejected", "unscannable")),
        ]:
            media_id = store(alice, body)
            assert process(s3_event(alice, media_id)) == []
            assert _status(alice, media_id) == expected


def test_a_scanner_that_does_not_answer_leaves_the_file_waiting(alice: Person) -> None:
    media_id = store(alice, b"hello")
    with environment(MEDIA_SCANNER="clamd", CLAMD_ADDRESS="127.0.0.1:9"):
        assert process(s3_event(alice, media_id)) != []
    assert _status(alice, media_id) == ("processing", None)
    assert process(s3_event(alice, media_id)) == []
    assert _status(alice, media_id) == ("ready", None)


def test_the_operator_has_checks_that_failed_tried_again(alice: Person, acme: Workspace) -> None:
    media_id = store(alice, b"hello")
    event = s3_event(alice, media_id)
    with environment(MEDIA_SCANNER="clamd", CLAMD_ADDRESS="127.0.0.1:9"):
        assert process(event) != []
    body = event["Records"][0]["body"]
    check_queue.client().send_message(QueueUrl=media_settings().failures_url, MessageBody=body)  # as SQS does by itself
    for person in (alice, acme.server):
        assert person.post("/v1/admin/media/redrive").code == "operator_required"
    operator = Person(OPERATOR_TENANT, "", scope="operator")
    first, replayed = (operator.post("/v1/admin/media/redrive", key=f"mend-{media_id}") for _ in range(2))
    assert first.body == replayed.body == {"redriven": 1}
    assert operator.post("/v1/admin/media/redrive").body == {"redriven": 0}
    (message,) = check_queue.client().receive_message(QueueUrl=media_settings().queue_url)["Messages"]
    check_queue.client().delete_message(QueueUrl=media_settings().queue_url, ReceiptHandle=message["ReceiptHandle"])
    assert process(sqs_event(json.loads(message["Body"]))) == []
    assert _status(alice, media_id) == ("ready", None)


def test_events_of_other_shapes_are_passed_over() -> None:
    assert process(sqs_event({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET})) == []
    assert process(sqs_event({"key": "media/acme/x/y/original"})) == []
    assert process(sqs_event({"key": "quarantine/acme/unknown"})) == []
