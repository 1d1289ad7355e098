"""Every failure as a problem document (RFC 9457). Nothing internal is shown: no trace, no table, no foreign data."""

import json
import traceback
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from botocore.exceptions import BotoCoreError, ClientError

from parley.errors import (
    MalformedRequest,
    ParleyError,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from parley.http.rate_headers import rate_headers
from parley.observability import tracer
from parley.tables import dynamodb
from parley.tables.rate_limits import Decision

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:parley:problem:"

_CODES = {"extra_forbidden": "unknown_field", "missing": "required", "string_unicode": "invalid_unicode"}
MAX_TRACE = 80
"""Lines of a logged trace: a recursion must not fill the log."""
_BOTO_ERRORS = (ClientError, BotoCoreError)


def problem(error: Exception, *, instance: str, request_id: str) -> Response[str]:
    """The answer to a failure; whatever is not a known refusal becomes a plain 500."""
    refusal = as_refusal(error)
    document = {
        "type": TYPE_PREFIX + refusal.code,
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": instance.encode(errors="replace").decode(),
        "code": refusal.code,
        "request_id": request_id,
        "retryable": refusal.retryable,
    }
    traces = tracer()
    if traces and traces.trace_id:
        document["trace_id"] = traces.trace_id
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    fields = dict(refusal.fields)
    decision = fields.pop("decision", None)
    if isinstance(decision, Decision):
        headers |= rate_headers(decision)
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = f'Bearer error="invalid_token", error_description="{refusal.title}"'
    body = json.dumps(document | fields, ensure_ascii=False, separators=(",", ":"))
    return Response(refusal.status, CONTENT_TYPE, body, headers=headers)


def as_refusal(error: Exception) -> ParleyError:
    """The refusal that a failure amounts to."""
    if isinstance(error, ParleyError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, _BOTO_ERRORS) and dynamodb.is_transient(error):
        return Unavailable()
    return ParleyError()


def trace_of(error: BaseException) -> list[str]:
    """Where an exception and its causes were raised: types and places in the code, never their messages."""
    trace: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(trace) < MAX_TRACE:
        trace.append(type(cause).__name__ + _code_of(cause))
        trace += [
            f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(cause.__traceback__)
        ]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return trace[:MAX_TRACE]


def _code_of(error: BaseException) -> str:
    """AWS's own word for a failed call: it names the kind of failure and nothing of the request."""
    return f" {error.response['Error'].get('Code')} {error.operation_name}" if isinstance(error, ClientError) else ""


def _invalid(details: Sequence[dict[str, Any]]) -> ParleyError:
    """Powertools tells of a wrong request and of a wrong answer of ours by the same exception."""
    if any(detail["loc"][0] == "response" for detail in details):
        return ParleyError()
    if any(detail["type"] == "json_invalid" for detail in details):
        return MalformedRequest("The body is not JSON")
    return ValidationFailed([_violation(detail) for detail in details])


def _violation(detail: dict[str, Any]) -> dict[str, str]:
    place, *path = detail["loc"]
    return {
        "pointer": _pointer(str(place), path),
        "code": _CODES.get(detail["type"], detail["type"]),
        "detail": str(detail.get("msg", "")).removeprefix("Value error, "),
    }


def _pointer(place: str, path: list[str | int]) -> str:
    """A JSON pointer (RFC 6901) into the body; `?name` for a query parameter, `@name` a header, `{name}` a path."""
    if place == "path":
        return f"{{{'.'.join(map(str, path))}}}"
    if place == "query":
        return f"?{'.'.join(map(str, path))}"
    if place == "header":
        return f"@{'.'.join(map(str, path))}"
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
