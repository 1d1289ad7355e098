"""The story that every stage must pass: from the operator's first request to a tenant that is closed."""

import hashlib
import os
import socket as sockets
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from infrastructure.smoke.report import Failed, NotHere, eventually, expect
from infrastructure.smoke.tenant import USERS, Scene
from parley_client import Client, NotFound, Refused, TenantKey
from parley_client.realtime import following
from parley_client.realtime.events import Events
from parley_client.realtime.following import Following
from parley_client.uploads import Uploader
from parley_client.webhooks.deliveries import Deliveries

SOON = 60.0
"""Seconds within which what follows from a change is there, on a stage that has just started."""
JOB_SECONDS = 300.0
REPLAYABLE_SECONDS = 31.0
"""After which a newcomer's replay tells of a conversation, instead of having it read anew."""
UPLOADED_BYTES = 11 * 1024 * 1024
"""More than what goes by a form, so three parts."""
RANGE = (1_000_000, 1_000_099)
SETTLING_SECONDS = 90.0
"""The authorizer's answers are kept for a minute."""


def answers(scene: Scene) -> str:
    """The API answers, and its dependencies are up."""
    scene.operator.health()
    ready = scene.operator.check_readiness()
    down = [f"{each['name']}: {each['detail']}" for each in ready["dependencies"] if each["status"] != "up"]
    expect(not down, "; ".join(down))
    return f"{ready['status']}, {len(ready['dependencies'])} dependencies up"


def make_tenant(scene: Scene) -> str:
    scene.operator.create_tenant(id=scene.tenant_id, name="Smoke test")
    made = scene.operator.create_key(scene.tenant_id, algorithm="HS256")
    expect(made["secret"], "the key came without its secret")
    scene.key = TenantKey(made["kid"], str(made["secret"]))
    for user_id in USERS:
        scene.server.put_user(user_id, name=user_id.title())
    minted = scene.server.mint_token(user_id="ada")["token"]
    with Client(scene.stage.api_url, minted) as ada:
        expect(ada.get_user("me")["id"] == "ada", "a minted token is somebody else's")
    return scene.tenant_id


def open_conversation(scene: Scene) -> str:
    """Its members, their lists and itself are written in one transaction."""
    made = scene.person("ada").create_conversation(type="group", name="Smoke", members=["ben"])
    scene.conversation, scene.opened_at = made["id"], time.monotonic()
    (listed,) = scene.person("ben").list_conversations()["data"]
    expect(listed["id"] == scene.conversation, "the other member does not have it in their list")
    return scene.conversation


def send_twice_with_one_key(scene: Scene) -> str:
    ada, key = scene.person("ada"), uuid.uuid4().hex
    sent = [
        ada.send_message(conversation_id=scene.conversation, text=f"Hello {scene.word}", idempotency_key=key)
        for _ in range(2)
    ]
    scene.message = sent[0]["id"]
    expect(sent[1]["id"] == scene.message, f"two messages: {sent[0]['id']}, {sent[1]['id']}")
    page = scene.person("ben").list_messages(scene.conversation)["data"]
    expect([each["id"] for each in page] == [scene.message], f"{len(page)} messages are listed")
    return "one message"


def read_and_count(scene: Scene) -> str:
    ben = scene.person("ben")
    before = ben.count_unread()["total"]
    ben.mark_read(scene.conversation)
    after = ben.count_unread()["total"]
    expect((before, after) == (1, 0), f"{before} unread before, {after} after")
    return "1, then 0"


def hear_on_a_socket(scene: Scene) -> str:
    """A message reaches a socket whose token came in the address."""
    with _socket(scene, "ben") as socket:
        sent = _send(scene, "on a socket")
        event = _await_event(socket, sent)
    return f"{event['type']}, number {event['seq']}"


def replay_after_a_cut_socket(scene: Scene) -> str:
    """The network goes without a word; what is told meanwhile is replayed, each event once and in order."""
    ben = scene.person("ben")
    time.sleep(max(0.0, scene.opened_at + REPLAYABLE_SECONDS - time.monotonic()))
    cursor = ben.list_events()["next_cursor"]
    with _socket(scene, "ben") as socket:
        heard = _send(scene, "before the cut")
        _await_event(socket, heard)
        socket.socket.shutdown(sockets.SHUT_RDWR)
    expected = [heard, *(_send(scene, f"missed {number}") for number in range(3))]
    told: list[str] = []
    for event in Events(ben, scene.stage.socket_url, cursor=cursor):
        expect(event["type"] != "gap", "the replay has a gap")
        told += [event["entity_id"]] if event["type"] == "message.created" else []
        if expected[-1] in told:
            break
    told = [each for each in told if each in expected]
    expect(told == expected, f"{len(told)} events, of {len(expected)} in their order")
    return "1 heard, 3 missed, 4 told"


def upload_in_parts(scene: Scene) -> str:
    lines = (os.urandom(32).hex().encode() + b"\n" for _ in range(UPLOADED_BYTES // 65 + 1))
    scene.media_bytes = b"".join(lines)[:UPLOADED_BYTES]
    path = scene.folder / "smoke.txt"
    path.write_bytes(scene.media_bytes)
    ada = scene.person("ada")
    started = Uploader(ada).start(path, "text/plain", conversation_id=scene.conversation)
    method = ada.get_progress(started.upload_id)["method"]
    expect(method == "multipart", f"it goes by {method}")
    scene.media = Uploader(ada, verdict_seconds=JOB_SECONDS).resume(started, path)
    found = ada.get_media(scene.media)
    expect(found["sha256"] == hashlib.sha256(scene.media_bytes).hexdigest(), "another checksum")
    ada.send_message(conversation_id=scene.conversation, text="A file", attachments=[scene.media])
    return f"{len(scene.media_bytes):,} bytes, {found['status']}"


def download_by_range(scene: Scene) -> str:
    """By the other member, who may see it because a message shows it."""
    answer = fetch_range(scene)
    return f"206 from {httpx.URL(answer.request.url).host}"


def fetch_range(scene: Scene) -> httpx.Response:
    expect(scene.media, "nothing has been uploaded")
    signed = scene.person("ben").sign_download(scene.media)["url"]
    first, last = RANGE
    answer = httpx.get(signed, headers={"Range": f"bytes={first}-{last}"}, timeout=SOON)
    expect(answer.status_code == httpx.codes.PARTIAL_CONTENT, f"{answer.status_code} instead of 206")
    expect(answer.content == scene.media_bytes[first : last + 1], "other bytes")
    said = answer.headers.get("Content-Range")
    expect(said == f"bytes {first}-{last}/{len(scene.media_bytes)}", f"Content-Range: {said}")
    return answer


def search_until_found(scene: Scene) -> str:
    ben = scene.person("ben")

    def look() -> bool | None:
        hits = ben.search_messages(q=scene.word)["data"]
        return True if any(hit["message"]["id"] == scene.message for hit in hits) else None

    eventually(look, "the search", SOON)
    return "found by its word"


def deliver_a_webhook(scene: Scene) -> str:
    """Signed, to this machine where the stage reaches it; else to its own health route, which refuses a POST."""
    url = scene.receiver.url if scene.receiver else f"{scene.stage.api_url.rstrip('/')}/v1/health"
    hook = scene.server.create_webhook(url=url, events=["message.created"])
    sent = _send(scene, "to a webhook")

    def attempted() -> Any:
        log = scene.server.list_deliveries(hook["id"])["data"]
        return next((each for each in log if each["attempts"] and each["attempted_at"]), None)

    try:
        entry = eventually(attempted, "a delivery", SOON)
        if scene.receiver is None:
            expect(entry["response_status"], f"no answer: {entry['failure']}")
            raise NotHere(f"delivered, answered {entry['response_status']}; to verify the signature set WEBHOOK_URL")
        headers, body = scene.receiver.received[-1]
        event = Deliveries(hook["secret"]).verify(body, headers)
        expect(event["entity_id"] == sent, "it tells of something else")
    finally:
        scene.server.delete_webhook(hook["id"])
    return f"signed, {entry['status']}"


def begin_erasures(scene: Scene) -> str:
    """Of all users: their profiles are gone, and their tokens open nothing, before anything else is removed."""
    scene.jobs = [scene.server.delete_user(user_id, messages="anonymise")["id"] for user_id in scene.users]
    for user_id in scene.users:
        _expect_refusal(partial(scene.server.get_user, user_id), NotFound, "a profile is still there")

    def settling() -> bool | None:
        steps = [scene.server.get_job(job)["step"] for job in scene.jobs]
        return None if "closing" in steps else True

    eventually(settling, "the workers of jobs", SOON)
    return "profiles are gone, jobs are under way"


def end_erasures(scene: Scene) -> str:
    if not scene.is_patient:
        raise NotHere("an erasure looks again after two minutes; nobody waited for it")

    def ended() -> set[str] | None:
        found: set[str] = {scene.server.get_job(job)["status"] for job in scene.jobs}
        return found if found <= {"completed", "failed"} else None

    found = eventually(ended, "the erasures", JOB_SECONDS)
    expect(found == {"completed"}, f"the jobs are {found}")
    return "completed"


def close_tenant(scene: Scene) -> str:
    """The tenant is suspended, its keys go, and its tokens open nothing."""
    token = scene.signing_key.server_token()
    scene.operator.update_tenant(scene.tenant_id, suspended=True)
    for key in scene.operator.list_keys(scene.tenant_id)["data"]:
        scene.operator.delete_key(scene.tenant_id, key["kid"], overlap_seconds=0)
    expect(not scene.operator.list_keys(scene.tenant_id)["data"], "a key is still there")

    def refused() -> bool | None:
        with Client(scene.stage.api_url, token) as late:
            try:
                late.get_usage()
            except Refused as refusal:
                return True if refusal.status in {401, 403} else None
        return None

    eventually(refused, "the refusal of its tokens", SETTLING_SECONDS)
    return "suspended, without keys"


def _expect_refusal(act: Callable[[], object], kind: type[Refused], otherwise: str) -> None:
    try:
        act()
    except kind:
        return
    raise Failed(otherwise)


def _send(scene: Scene, text: str) -> str:
    return scene.person("ada").send_message(conversation_id=scene.conversation, text=text)["id"]


def _socket(scene: Scene, user_id: str) -> ClientConnection:
    address = following.address(scene.stage.socket_url, scene.token(user_id))
    try:
        return connect(address, open_timeout=SOON, proxy=None)
    except WebSocketException as refused:
        raise Failed(f"the socket does not open: {refused}") from refused


def _await_event(socket: ClientConnection, message_id: str) -> Any:
    told = Following(None)

    def look() -> Any:
        fresh = told.told(socket.recv(timeout=SOON))
        return next((each for each in fresh if each["type"] != "gap" and each["entity_id"] == message_id), None)

    return eventually(look, "the event", SOON)
