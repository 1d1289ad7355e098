"""What is asked: the mix of a chat, by users with tokens and conversations of their own."""

import itertools
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from infrastructure.local.stack import RunningStack
from tests.proof.stacks import check_loopback, new_tenant

SHARES = {"send": 4, "list messages": 4, "list conversations": 2, "mark read": 1}
"""Of eleven requests so many."""
MOST_USERS = 32
TIMEOUT_SECONDS = 30
WARM_UPS = 2


@dataclass(frozen=True)
class User:
    headers: dict[str, str]
    group: str


class Crowd:
    """Users of a tenant of their own, and the mix that they ask."""

    def __init__(self, base_url: str, users: list[User]) -> None:
        check_loopback(base_url)
        self._base_url, self.users = base_url, users
        self._turns = itertools.count()
        self._chance = random.Random(1)  # noqa: S311 - the same mix in every run
        self._acts: dict[str, Callable[[httpx.Client, User], httpx.Response]] = {
            "send": self._send,
            "list messages": lambda http, user: http.get(
                f"/v1/conversations/{user.group}/messages", headers=user.headers
            ),
            "list conversations": lambda http, user: http.get("/v1/conversations", headers=user.headers),
            "mark read": lambda http, user: http.post(
                f"/v1/conversations/{user.group}/read", json={}, headers=user.headers
            ),
        }

    @classmethod
    def of(cls, running: RunningStack, users: int) -> "Crowd":
        tenant, made = new_tenant(running, "load"), []
        names = [f"user-{number}" for number in range(min(users, MOST_USERS))]
        with tenant.server() as server:
            for name in names:
                server.put_user(name, name=name)
        for name in names:
            with tenant.person(name) as person:
                others = [each for each in names if each != name][:4]
                group = person.create_conversation(type="group", name=name, members=others)["id"]
                made.append(User({"Authorization": f"Bearer {tenant.key.user_token(name)}"}, group))
        return cls(running.state.api_url, made)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self._base_url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def warm_up(self) -> None:
        """Every function has a process, and every token is known."""
        with self.client() as http:
            for user in self.users:
                for act in self._acts.values():
                    for _ in range(WARM_UPS):
                        act(http, user)

    def ask(self, http: httpx.Client, user: User | None = None) -> httpx.Response:
        """One request of the mix, by this user or the next."""
        user = user or self.users[next(self._turns) % len(self.users)]
        (kind,) = self._chance.choices(list(SHARES), list(SHARES.values()))
        return self._acts[kind](http, user)

    def _send(self, http: httpx.Client, user: User) -> httpx.Response:
        headers = {**user.headers, "Idempotency-Key": uuid.uuid4().hex}
        return http.post("/v1/messages", json={"conversation_id": user.group, "text": "x" * 60}, headers=headers)
