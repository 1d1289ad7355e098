"""Answers that say more than their body: a status that varies, a replay, what is left of a rate limit."""

from typing import TypeVar

from aws_lambda_powertools.event_handler import Response

from parley.http.idempotent import REPLAYED
from parley.http.rate_headers import rate_headers
from parley.tables.rate_limits import Decision

Resource = TypeVar("Resource")


def answer(
    body: Resource,
    status: int = 200,
    *,
    replayed: bool = False,
    rate: Decision | None = None,
) -> Response[Resource]:
    """A response with this resource; a handler annotates `-> Response[Resource]`, so it is validated all the same."""
    headers: dict[str, str | list[str]] = {} if rate is None else rate_headers(rate)
    if replayed:
        headers[REPLAYED] = "true"
    return Response(status, "application/json", body, headers=headers)


def redirect(url: str, status: int) -> Response[str]:
    """Send the client elsewhere; the address holds a signature, so no cache may keep the answer."""
    return Response(status, "text/plain", "", headers={"Location": url, "Cache-Control": "no-store"})
