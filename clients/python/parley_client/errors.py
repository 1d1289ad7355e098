"""What goes wrong: Parley refuses, or nothing answers."""

from collections.abc import Mapping
from typing import Any

_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What is asked again where no problem document says whether that may help: a gateway or a proxy answered."""


class ParleyError(Exception):
    """Whatever this package raises."""


class Unreachable(ParleyError):
    """Nothing answered, or the connection broke: whether the request was carried out is not known."""


class Refused(ParleyError):
    """Parley refused a request; `status`, `code` and the problem document say why.

    `retryable` is whether the same request may succeed later, `retry_after` in how many seconds.
    """

    def __init__(self, status: int, document: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        super().__init__(f"{status} {document.get('code')}: {document.get('detail')}")
        self.status, self.document, self.retry_after = status, document, retry_after
        self.code: str | None = document.get("code")
        self.request_id: str | None = document.get("request_id")
        self.retryable = bool(document.get("retryable", status in _MAY_PASS))


class Unauthenticated(Refused):
    """401: the token does not hold; `code` says why."""


class Forbidden(Refused):
    """403: the caller may not do this."""


class NotFound(Refused):
    """404: it does not exist, or not for this caller."""


class Conflict(Refused):
    """409: what is there does not allow it."""


class VersionConflict(Refused):
    """412: somebody else has changed it since; read it again."""


class Invalid(Refused):
    """400, 413, 415, 422: the request is wrong as it stands; `document["errors"]` may say where."""


class RateLimited(Refused):
    """429: too much at once, or a budget is spent; `retry_after` says for how long."""


class Unavailable(Refused):
    """5xx: Parley, or something before it, could not answer."""


_BY_STATUS: dict[int, type[Refused]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: VersionConflict,
    429: RateLimited,
    **dict.fromkeys((400, 413, 415, 422), Invalid),
}
_SERVER = 500


def refusal(status: int, document: Mapping[str, Any], retry_after: str | None) -> Refused:
    """The error for an answer; `retry_after` is the header, of which seconds alone are understood."""
    kind = _BY_STATUS.get(status, Unavailable if status >= _SERVER else Refused)
    seconds = float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
    return kind(status, document, retry_after=seconds)
