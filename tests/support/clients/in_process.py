"""The Python client over the real handlers: each request becomes an API Gateway event."""

import json
import threading
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx

from tests.support.people.people import Person

Instead = Callable[[httpx.Request], httpx.Response | None]


def _no(_: httpx.Request) -> None:
    return None


class Gateway:
    """Where the requests of a person's client go.

    `before` may answer in the place of Parley, or raise; `after` may do so once Parley has answered. Lambda answers one
    request at a time in an environment, and so does this.
    """

    def __init__(self, person: Person, *, before: Instead = _no, after: Instead = _no) -> None:
        self.before, self.after = before, after
        self.requests: list[httpx.Request] = []
        self._person, self._one_at_a_time = person, threading.Lock()

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        with self._one_at_a_time:
            self.requests.append(request)
            instead = self.before(request)
            if instead is not None:
                return instead
            answer = self._ask(request)
            return self.after(request) or answer

    def _ask(self, request: httpx.Request) -> httpx.Response:
        names = ("Idempotency-Key", "If-Match", "X-Acting-User")
        answer = self._person.request(
            request.method,
            request.url.raw_path.decode().partition("?")[0],
            json.loads(request.content) if request.content else None,
            headers={name: request.headers[name] for name in names if name in request.headers},
            **dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
        )
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        return httpx.Response(answer.status, headers=answer.headers, content=content)


def problem(status: int, code: str, *, retryable: bool = False, retry_after: int | None = None) -> httpx.Response:
    """A refusal as Parley words it."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return httpx.Response(status, headers=headers, json={"code": code, "detail": code, "retryable": retryable})


class Once:
    """Does something at the first request of a path: answers, or raises. `times` counts the requests of the path."""

    def __init__(self, path: str, outcome: httpx.Response | Exception) -> None:
        self._path, self._outcome, self.times = path, outcome, 0

    def __call__(self, request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith(self._path):
            return None
        self.times += 1
        if self.times > 1:
            return None
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome
