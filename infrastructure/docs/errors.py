"""The page of the errors: every code that an answer may have, from the classes that are raised."""

import re
from collections.abc import Iterator
from http import HTTPStatus

from infrastructure.docs.markdown import table
from parley import errors
from parley.errors import ParleyError

INTRODUCTION = """\
# Errors

A refusal is a problem document (RFC 9457, `application/problem+json`). Branch on its `code`, which is stable, never
on its words; show nobody the `detail`, and keep the `request_id` for whoever runs your stage.

```json
{
  "type": "urn:parley:problem:rate_limited",
  "title": "Too many requests",
  "status": 429,
  "detail": "Above 60 messages a minute",
  "instance": "/v1/messages",
  "code": "rate_limited",
  "request_id": "3f0c1f9e-7d8e-4c55-9a55-0b4a86a3a4d3",
  "retryable": true
}
```

**Send again** says whether the same request may succeed later. Where it may, wait for `Retry-After` if there is
one, and repeat a POST with the same `Idempotency-Key`: it happens once. The clients do so by themselves. 422 names
in `errors` what is wrong, and where: `[{"pointer": "/text", "code": "required", "detail": "…"}]`.

A few answers are the gateway's own, before any code of Parley runs, and have a `message` alone: 401 without a
token, 403 to an address of which sixty tokens were refused within a minute, 404 for a path that is none, 413 above
10 MB, 429 above the stage's limit, 503 where a function did not answer. Treat them by their status.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    by_status: dict[int, list[type[ParleyError]]] = {}
    for error in all_errors():
        by_status.setdefault(error.status, []).append(error)
    for status, group in sorted(by_status.items()):
        rows = [(anchored(error.code), meaning(error), "yes" if error.retryable else "") for error in group]
        parts.append(
            f"## {status} {HTTPStatus(status).phrase}\n\n" + table(("code", "what it says", "send again"), rows)
        )
    return "\n".join(parts)


def all_errors() -> list[type[ParleyError]]:
    """Every class of `parley.errors`, in the order in which it stands there."""

    def below(error: type[ParleyError]) -> Iterator[type[ParleyError]]:
        yield error
        for each in error.__subclasses__():
            if each.__module__ == errors.__name__:
                yield from below(each)

    return list(below(ParleyError))


def anchored(code: str) -> str:
    """A code that a link can lead to."""
    return f'<a id="{code}"></a>`{code}`'


def meaning(error: type[ParleyError]) -> str:
    """The title, and what the class says of further members of the document."""
    said = "" if error is ParleyError else re.sub(r"\s+", " ", vars(error).get("__doc__") or "").strip()
    return f"{error.title}. {said}".strip()
