"""The clients: one that waits for each answer, and one that is awaited.

Both send a request again where that may help, with the same key, so that nothing is done twice; both ask for another
token once where theirs is refused.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from inspect import isawaitable
from pathlib import Path
from typing import Any, Self

import httpx

from parley_client import requests
from parley_client.errors import Refused, Unreachable
from parley_client.generated.async_operations import AsyncOperations
from parley_client.generated.operations import Operations
from parley_client.requests import Request

TIMEOUT_SECONDS = 30.0

TokenSource = str | Callable[[], str]
"""A token, or what gives one: it is asked at first and whenever Parley refuses what it gave."""
AsyncTokenSource = str | Callable[[], str | Awaitable[str]]


class Client(Operations):
    """Parley at `base_url`, for one user, one tenant's back end or the operator.

    >>> with Client("https://chat.example.com", token) as parley:
    ...     parley.send_message(conversation_id=place, text="Hello")
    """

    def __init__(
        self,
        base_url: str,
        token: TokenSource | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=requests.base(base_url), timeout=timeout, transport=transport)
        self._token = _Token(token)
        self._acting_user: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def acting_as(self, user_id: str) -> "Client":
        """A client of the same connections whose requests a back end makes for a user. It needs a server token."""
        other = Client.__new__(Client)
        other._http, other._token, other._acting_user = self._http, self._token, user_id  # noqa: SLF001 - our own
        return other

    def renew(self) -> bool:
        """Use this token no more; whether another is to be had."""
        return self._token.drop(self._token.current)

    def token(self) -> str | None:
        """The token in use."""
        if self._token.current is None and callable(self._token.source):
            self._token.current = self._token.source()
        return self._token.current

    def call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        if_match: int | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """The answer to a request, as JSON. Raises `Refused` and `Unreachable`."""
        request = Request.of(
            method,
            path,
            query=query,
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
            acting_user=self._acting_user,
        )
        repeating, renewed = request.repeating, False
        while True:
            token = self.token()
            try:
                return requests.read(self._send(request.built(self._http, token)))
            except (Refused, Unreachable) as failure:
                if isinstance(failure, Refused) and requests.is_stale(failure) and not renewed:
                    renewed = self._token.drop(token)
                    if renewed:
                        continue
                time.sleep(repeating.pause_after(failure))

    def fetch(self, url: str, path: Path) -> None:
        """Write what a signed URL leads to into a file, a piece at a time. Raises as `call`."""
        part = path.with_name(path.name + ".part")
        try:
            with httpx.stream("GET", url, follow_redirects=True, timeout=TIMEOUT_SECONDS) as answer:
                if answer.is_error:
                    answer.read()
                    requests.read(answer)
                with part.open("wb") as file:
                    for piece in answer.iter_bytes():
                        file.write(piece)
        except httpx.TransportError as error:
            raise Unreachable(f"GET {httpx.URL(url).path}: {error}") from error
        part.replace(path)

    def clock_skew_seconds(self) -> float:
        """How much this machine's clock is ahead of the server's, to a second."""
        answer = self._send(self._http.build_request("GET", "/v1/health"))
        said = answer.headers.get("Date")
        return 0.0 if said is None else time.time() - parsedate_to_datetime(said).timestamp()

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except httpx.TransportError as error:
            raise Unreachable(f"{request.method} {request.url.path}: {error}") from error


class AsyncClient(AsyncOperations):
    """As `Client`, to be awaited."""

    def __init__(
        self,
        base_url: str,
        token: AsyncTokenSource | None = None,
        *,
        timeout: float = TIMEOUT_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=requests.base(base_url), timeout=timeout, transport=transport)
        self._token = _Token(token)
        self._acting_user: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def acting_as(self, user_id: str) -> "AsyncClient":
        """A client of the same connections whose requests a back end makes for a user. It needs a server token."""
        other = AsyncClient.__new__(AsyncClient)
        other._http, other._token, other._acting_user = self._http, self._token, user_id  # noqa: SLF001 - our own
        return other

    def renew(self) -> bool:
        """Use this token no more; whether another is to be had."""
        return self._token.drop(self._token.current)

    async def token(self) -> str | None:
        """The token in use."""
        if self._token.current is None and callable(self._token.source):
            given = self._token.source()
            self._token.current = await given if isawaitable(given) else given
        return self._token.current

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        if_match: int | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """The answer to a request, as JSON. Raises `Refused` and `Unreachable`."""
        request = Request.of(
            method,
            path,
            query=query,
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
            acting_user=self._acting_user,
        )
        repeating, renewed = request.repeating, False
        while True:
            token = await self.token()
            try:
                return requests.read(await self._send(request.built(self._http, token)))
            except (Refused, Unreachable) as failure:
                if isinstance(failure, Refused) and requests.is_stale(failure) and not renewed:
                    renewed = self._token.drop(token)
                    if renewed:
                        continue
                await asyncio.sleep(repeating.pause_after(failure))

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._http.send(request)
        except httpx.TransportError as error:
            raise Unreachable(f"{request.method} {request.url.path}: {error}") from error


@dataclass
class _Token:
    """Where tokens come from, and the one in use. Clients of one back end share it."""

    source: Any
    current: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.source, str):
            self.current = self.source

    def drop(self, refused: str | None) -> bool:
        """Use this token no more; whether another is to be had."""
        if not callable(self.source):
            return False
        if self.current == refused:
            self.current = None
        return True
