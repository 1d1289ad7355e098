"""The page as it is served: built once for all tests, with a back end that knows the people of one test alone."""

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infrastructure.local.pages import FOLDER, builds
from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.server import Server
from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.console.served import made_tenant


@dataclass(frozen=True)
class OwnPeople(BackEnd):
    """A customer's back end whose users are the test's, so that no test sees what another one says."""

    people: Mapping[str, str]

    def _users(self) -> dict[str, str]:
        return dict(self.people)


def built() -> Path:
    """The folder of the page, built if its sources have changed."""
    with builds.start([builds.WEB]) as building:
        building.wait()
    assert not building.failures, building.failures
    return FOLDER


class World:
    """Users, what they say through the API, and the address at which the page shows it."""

    def __init__(self, running: RunningStack, url: str, people: Mapping[str, str], token: str) -> None:
        self.url, self.people = url, people
        self._api = client(running, token)

    def id(self, name: str) -> str:
        """The id of the user of this name."""
        return next(user for user, known in self.people.items() if known == name)

    def call(self, name: str | None, method: str, path: str, /, **body: Any) -> Any:
        """A request as that user or, without one, as the tenant's back end itself."""
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        if name:
            headers["X-Acting-User"] = self.id(name)
        answer = self._api.request(method, path, json=body or None, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def group(self, owner: str, *members: str, name: str) -> str:
        members_ids = [self.id(each) for each in members]
        made = self.call(owner, "POST", "/v1/conversations", type="group", name=name, members=members_ids)
        return str(made["id"])

    def say(self, name: str, conversation: str, text: str, **more: Any) -> dict[str, Any]:
        said: dict[str, Any] = self.call(name, "POST", "/v1/messages", conversation_id=conversation, text=text, **more)
        return said

    def history(self, name: str, conversation: str) -> list[dict[str, Any]]:
        page = self.call(name, "GET", f"/v1/conversations/{conversation}/messages?order=asc&limit=100")
        return list(page["data"])

    def close(self) -> None:
        self._api.close()


@contextmanager
def world(running: RunningStack, *names: str, **settings: Any) -> Iterator[World]:
    """Users of these names, and the page that knows them; with settings, in a tenant of their own that has these."""
    mark = uuid.uuid4().hex[:8]
    people = {f"{name.lower()}-{mark}": name for name in names}
    back_end: BackEnd
    if settings:
        back_end = made_tenant(running, people=people, **settings)
        token = back_end.console_token()["token"]
    else:
        back_end, token = OwnPeople(Path(running.state.tokens_file).parent, people), running.credentials.server
    server = Server(0, built(), back_end)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = World(running, f"http://127.0.0.1:{server.server_port}", people, token)
    try:
        for user, name in people.items():
            made.call(None, "PUT", f"/v1/users/{user}", name=name)
        yield made
    finally:
        made.close()
        server.shutdown()
        server.server_close()
