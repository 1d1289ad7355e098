"""Request bodies: what is refused before anything is validated, and JSON as it is meant to be.

Python's parser takes more than JSON: `NaN`, `1e999`, lone surrogates, any depth. What went into a table that way could
not be written as an answer again, and a history that holds it would fail for everybody.
"""

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any

from parley import errors

LIMIT_BYTES = 256 * 1024
MAX_DEPTH = 32
_MEDIA_TYPE = "application/json"
_NO_CODING = ("", "identity")
_WITHOUT_BODY = ("GET", "DELETE")


def accept_body(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event with its body as text and its content type as Powertools spells it, where there is a body.

    A GET and a DELETE have none that means anything: what comes with one is not looked at.

    Raises `TooLarge`, `UnsupportedMediaType` (for a coded body too), `MalformedRequest` for a body that is no UTF-8.
    """
    body = event.get("body")
    if not body:
        return event
    if str(event.get("routeKey", "")).partition(" ")[0] in _WITHOUT_BODY:
        return {**event, "body": None, "isBase64Encoded": False}
    encoded = bool(event.get("isBase64Encoded"))
    size = len(body) * 3 // 4 if encoded else len(body.encode(errors="replace"))
    if size > LIMIT_BYTES:
        raise errors.TooLarge(f"A body is at most {LIMIT_BYTES // 1024} KB")
    headers = event.get("headers", {})
    if str(headers.get("content-encoding", "")).strip().lower() not in _NO_CODING:
        raise errors.UnsupportedMediaType("A body is sent as it is, without a Content-Encoding")
    content_type = str(headers.get("content-type", _MEDIA_TYPE))
    if content_type.split(";", maxsplit=1)[0].strip().lower() != _MEDIA_TYPE:
        raise errors.UnsupportedMediaType
    if not encoded and content_type.startswith(_MEDIA_TYPE):
        return event
    headers = {**headers, "content-type": _MEDIA_TYPE}
    return {**event, "headers": headers, "body": _decoded(body) if encoded else body, "isBase64Encoded": False}


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.MalformedRequest("The body is not UTF-8") from None


def read_json(text: str) -> Any:
    """The value of a JSON text; `json.JSONDecodeError` for no JSON, `MalformedRequest` for what only Python takes."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_bounded)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise errors.MalformedRequest("The body is nested too deeply") from None
    except ValueError:  # Python's bound on the digits of an integer
        raise errors.MalformedRequest("A number of the body is too long") from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise errors.MalformedRequest("The body is nested too deeply")
    if "\\u" in text or not text.isascii():
        _check_unicode(value)
    return value


def _refuse_constant(name: str) -> object:
    raise errors.MalformedRequest(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise errors.MalformedRequest("A number of the body is too large")
    return number


def _bounded(digits: str) -> int:
    """An integer that a double can come near to: what is larger, others read as infinity, as they do `1e400`."""
    number = int(digits)
    try:
        float(number)
    except OverflowError:
        raise errors.MalformedRequest("A number of the body is too large") from None
    return number


def _depth(value: object) -> int:
    """How deep lists and objects nest, counted level by level, so that no depth is too much for the stack."""
    depth, level = 0, [value]
    while level := [part for container in level for part in _parts(container)]:
        depth += 1
    return depth + 1 if isinstance(value, (list, dict)) else depth


def _parts(container: object) -> list[object]:
    parts = container.values() if isinstance(container, dict) else container if isinstance(container, list) else ()
    return [part for part in parts if isinstance(part, (list, dict))]


def _check_unicode(value: object) -> None:
    """Half of a surrogate pair is no character: it cannot be written in UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise errors.MalformedRequest("The body holds half of a surrogate pair") from None
