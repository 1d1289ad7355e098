"""Jobs on the deployed local stack: through the gateway, SQS, the workers and S3."""

import gzip
import hashlib
import json
import time
import uuid
from typing import Any

import httpx

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client

DONE_SECONDS = 60


def wait_for(server: httpx.Client, place: str, *, step: str | None = None) -> dict[str, Any]:
    """The job, once it has ended or has come to a step."""
    deadline = time.monotonic() + DONE_SECONDS
    while True:
        answer = server.get(place)
        assert answer.status_code == 200, answer.text
        job: dict[str, Any] = answer.json()
        if job["status"] in {"completed", "failed"} or job["step"] == step:
            return job
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.3)


def test_an_announcement_reaches_each_conversation(local_stack: RunningStack) -> None:
    user_id, text = f"user-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    with client(local_stack, local_stack.credentials.server) as server:
        assert server.put(f"/v1/users/{user_id}", json={"name": "Told"}).status_code == 201
        acting = {"X-Acting-User": user_id}
        rooms = [
            server.post("/v1/conversations", json={"type": "group", "name": name}, headers=acting).json()["id"]
            for name in ("one", "two")
        ]
        body = {"message": {"text": text}, "audience": {"conversation_ids": rooms}}
        begun = server.post("/v1/announcements", json=body)
        assert begun.status_code == 202, begun.text
        deadline = time.monotonic() + DONE_SECONDS
        while (found := server.get(f"/v1/announcements/{begun.json()['id']}").json())["status"] == "running":
            assert time.monotonic() < deadline, found
            time.sleep(0.3)
        assert (found["status"], found["sent"]) == ("completed", 2), found
        for room in rooms:
            said = server.get(f"/v1/conversations/{room}/messages", headers=acting).json()["data"]
            assert [each["text"] for each in said] == [text]


def test_what_a_user_wrote_is_exported_and_an_erased_user_is_gone(local_stack: RunningStack) -> None:
    user_id, word = f"user-{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
    server = client(local_stack, local_stack.credentials.server)
    with server:
        assert server.put(f"/v1/users/{user_id}", json={"name": "Short-lived"}).status_code == 201
        acting = {"X-Acting-User": user_id}
        group = server.post("/v1/conversations", json={"type": "group", "name": "g"}, headers=acting).json()["id"]
        sent = server.post("/v1/messages", json={"conversation_id": group, "text": word}, headers=acting)
        assert sent.status_code == 201, sent.text

        begun = server.post("/v1/exports", json={"user_id": user_id})
        assert begun.status_code == 202, begun.text
        done = wait_for(server, f"/v1/exports/{begun.json()['id']}")
        assert done["status"] == "completed", done
        manifest, file = done["files"]
        body = httpx.get(file["url"]).content
        assert hashlib.sha256(body).hexdigest() == file["sha256"]
        records = [json.loads(line) for line in gzip.decompress(body).splitlines()]
        assert [record["text"] for record in records if record["type"] == "message"] == [word]
        assert httpx.get(manifest["url"]).json()["records"] == done["records"]

        erasure = server.delete(f"/v1/users/{user_id}")
        assert erasure.status_code == 202, erasure.text
        assert server.get(f"/v1/users/{user_id}").status_code == 404
        assert server.put(f"/v1/users/{user_id}", json={}).status_code == 409
        settling = wait_for(server, f"/v1/jobs/{erasure.json()['id']}", step="settling")
        assert settling["done"]["memberships"] == 1
        assert server.get(f"/v1/conversations/{group}", headers=acting).status_code == 404
