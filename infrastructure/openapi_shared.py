"""What all operations of the OpenAPI document share: security, headers, parameters, problems."""

import re
from collections.abc import Iterator
from typing import Any

from infrastructure.routes import Route
from parley import errors
from parley.errors import ParleyError

Schema = dict[str, Any]
NO_CONTENT = 204
NOT_MODIFIED = 304
REDIRECTS = (302, 307)
SUCCESS = {200: "Done", 201: "Made", 202: "Accepted; the work goes on", NO_CONTENT: "Done; there is nothing to show"}
SUCCESS |= dict.fromkeys(REDIRECTS, "Elsewhere, in `Location`")

DESCRIPTION = """\
HTTPS JSON under `/v1`, UTF-8. Timestamps are RFC 3339 in UTC with milliseconds. Unknown body fields and query
parameters are refused.

**Identity.** The tenant, the user and the scopes come from the verified token alone. A *user token* acts as its `sub`;
a *server token* (`scope` contains `server`) belongs to the tenant's back end and acts for the user in `X-Acting-User`.
User tokens are signed with a key of the tenant, or by an issuer that the tenant registered.

**Other tenants.** What belongs to another tenant, or to a conversation that the caller may not see, answers 404 with
the same bytes as what never existed.

**Errors** are problem documents (RFC 9457) with a stable `code`. A few answers are written by the gateway before any
function runs; they are JSON with a `message` alone: 401 without an `Authorization` header, 403 to an address of which
sixty tokens were refused within a minute, 404 for a route that does not exist, 413 above 10 MB, 429 above the stage's
limit, 503 when a function did not answer.

**Idempotency.** Every POST takes `Idempotency-Key`: the same key and body give the first answer again, with
`Idempotent-Replayed: true`.

**Pages.** `limit` and an opaque `cursor`; a cursor is null at that end. It belongs to its list, order and filters.

**Users** are named by their ids; `me` in a path is the caller.

Every answer has `X-Content-Type-Options: nosniff` and `Strict-Transport-Security`.
"""

CONTACT = {"name": "Who operates this Parley"}
SERVERS: list[Schema] = [
    {
        "url": "https://{host}",
        "description": "The API's address; `make up` and `make deploy` print it",
        "variables": {"host": {"default": "api.example.com"}},
    },
]

TAGS: list[Schema] = [
    {"name": "commands", "description": "Slash commands that the tenant's server answers"},
    {
        "name": "community",
        "description": "Types of conversations, invites, invite links, requests to join, mutes, user groups",
    },
    {"name": "identity", "description": "Tokens"},
    {
        "name": "jobs",
        "description": "Erasures, exports, announcements: work that goes on after its request was answered; and holds",
    },
    {"name": "media", "description": "Uploads, downloads and streaming; bytes never pass through the API"},
    {"name": "messaging", "description": "Conversations, their members, messages, reactions, threads, unread counts"},
    {"name": "moderation", "description": "The tenant's: what users report, what may not be said, who is asked first"},
    {"name": "operations", "description": "Whether the service is well"},
    {
        "name": "personal",
        "description": "What a user has for themselves: drafts, bookmarks, reminders, messages that are sent later",
    },
    {"name": "push", "description": "Push notifications: devices, and what their users want to be told of"},
    {"name": "realtime", "description": "Presence, and what a client missed"},
    {"name": "search", "description": "Search over what the caller may see now"},
    {"name": "tenants", "description": "The operator's: tenants, their settings and signing keys"},
    {"name": "usage", "description": "What the tenant has used, by day"},
    {"name": "users", "description": "The tenant's users, and what they allow each other"},
    {"name": "webhooks", "description": "The tenant's webhooks"},
]

SECURITY_SCHEMES: Schema = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A JWT that a registered key of the tenant signed; `kid` names the key, `exp` is required",
    },
    "serverToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the tenant's own back end: its `scope` contains `server`",
    },
    "operatorKey": {"type": "http", "scheme": "bearer", "description": "The operator's key, `op_…`"},
}


def security_of(dependencies: set[str], *, public: bool) -> list[dict[str, list[str]]]:
    """Who may call, by what the handler asks for."""
    if public:
        return []
    if "current_operator" in dependencies:
        return [{"operatorKey": []}]
    if "current_server" in dependencies:
        return [{"serverToken": []}]
    return [{"token": []}]


def _header(description: str, example: object, schema_type: str = "string") -> Schema:
    return {"description": description, "schema": {"type": schema_type}, "example": example}


HEADERS: Schema = {
    "X-Request-Id": _header("Names this request, here and in the logs", "UQ3ZGhJpoAMEVRg="),
    "ETag": _header(
        "For `If-Match` the resource's version; of a read, with a digest of all that it shows, for `If-None-Match`",
        '"3-9f86d081884c7d65"',
    ),
    "Idempotent-Replayed": _header("`true` when an earlier request with the same key was answered so", "true"),
    "RateLimit-Policy": _header("The tightest limit: `q` requests in `w` seconds", '"messages";q=60;w=60'),
    "RateLimit": _header("`r` requests are left; all of them again in `t` seconds", '"messages";r=59;t=1'),
    "X-RateLimit-Limit": _header("Requests in a window", 60, "integer"),
    "X-RateLimit-Remaining": _header("Requests left", 59, "integer"),
    "X-RateLimit-Reset": _header("Unix seconds at which all requests are there again", 1795428001, "integer"),
    "Location": _header("A signed URL that lives for minutes", "https://media.example.com/…"),
    "Retry-After": _header("Seconds to wait", 1, "integer"),
    "WWW-Authenticate": _header("What is wrong with the token", 'Bearer error="invalid_token"'),
}
_RATE_HEADERS = ("RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

HEADER_NAMES = {"idempotency-key": "Idempotency-Key", "if-match": "If-Match", "if-none-match": "If-None-Match"}
PARAMETERS: Schema = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Does the thing once: the same key and body give the first answer again",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "0b7a1a3c-5a5e-4c0e-9d0b-2f6a7c1d9e11",
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that the resource must still have; otherwise 412. What is deleted already has none",
        "required": False,
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETags that the client has the resource with; 304 where one of them still holds",
        "required": False,
        "schema": {"type": "string"},
        "example": '"3-9f86d081884c7d65"',
    },
    "X-Acting-User": {
        "name": "X-Acting-User",
        "in": "header",
        "description": "The user for whom a server token acts; a user token may name no one but its own user",
        "required": False,
        "schema": {"type": "string", "maxLength": 80},
        "example": "alice",
    },
}


def parameter_reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def success_headers(route: Route, *, recorded: dict[str, str], is_redirect: bool) -> list[str]:
    """The headers that a success answer of a route has: what the recorded answer had, and what a replay adds."""
    names = [name for name in HEADERS if name in recorded or name == "X-Request-Id"]
    names += ["Location"] if is_redirect else []
    return [*names, "Idempotent-Replayed"] if route.method == "POST" else names


SCHEMAS: Schema = {
    "Problem": {
        "type": "object",
        "description": "A refusal or failure (RFC 9457). Some codes add members, such as `user_ids`",
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "retryable"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "A stable URI: `urn:parley:problem:<code>`"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "The path that was asked for"},
            "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "description": "Stable"},
            "request_id": {"type": "string"},
            "trace_id": {
                "type": "string",
                "pattern": "^1-[0-9a-f]{8}-[0-9a-f]{24}$",
                "description": "The request's trace in X-Ray; only where the deployment keeps traces",
            },
            "retryable": {"type": "boolean", "description": "Whether the same request may succeed later"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Violation"}},
        },
    },
    "Violation": {
        "type": "object",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": {
                "type": "string",
                "description": "A JSON pointer into the body; `?name` for a query parameter, `@name` for a header",
            },
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    },
    "GatewayMessage": {
        "type": "object",
        "description": "What the gateway writes when no function ran",
        "required": ["message"],
        "properties": {"message": {"type": "string"}},
    },
}

_MEANINGS: dict[int, tuple[str, str, str | None]] = {
    400: ("BadRequest", "The request cannot be understood", None),
    401: ("Unauthenticated", "No token that holds; the code says why", "Unauthorized"),
    403: ("Forbidden", "The caller may not do this, or too many tokens of the address were refused", "Forbidden"),
    404: ("NotFound", "It does not exist, or the caller may not know that it does", "Not Found"),
    409: ("Conflict", "The state does not allow this now", None),
    412: ("VersionConflict", "The resource has changed since it was read", None),
    413: ("TooLarge", "The body is above 256 KB", "Request Entity Too Large"),
    415: ("UnsupportedMediaType", "The body is not application/json", None),
    422: ("Unprocessable", "The request does not fit the contract; `errors` says where", None),
    429: ("RateLimited", "Above a limit of the user, the tenant or the stage", "Too Many Requests"),
    500: ("InternalError", "A failure of ours", "Internal Server Error"),
    503: ("Unavailable", "A dependency does not answer; the same request may succeed later", "Service Unavailable"),
}
RESPONSE_NAMES = {status: name for status, (name, _, _) in _MEANINGS.items()}
_EXAMPLE_CODES = {
    400: errors.InvalidCursor,
    401: errors.TokenExpired,
    403: errors.InsufficientRole,
    404: errors.ConversationNotFound,
    409: errors.ConversationArchived,
    412: errors.VersionConflict,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    429: errors.RateLimited,
    500: errors.ParleyError,
    503: errors.Unavailable,
}


def _refusals(kind: type[ParleyError] = ParleyError) -> Iterator[type[ParleyError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _refusals(narrower)


def codes(status: int) -> list[str]:
    """The codes that a status may carry."""
    return sorted({kind.code for kind in _refusals() if kind.status == status})


def _example(status: int) -> Schema:
    refusal: ParleyError
    if status == 422:  # noqa: PLR2004 - unprocessable
        violation = {"pointer": "/text", "code": "string_type", "detail": "Input should be a valid string"}
        refusal = errors.ValidationFailed([violation])
    else:
        refusal = _EXAMPLE_CODES[status]()
    return {
        "type": f"urn:parley:problem:{refusal.code}",
        "title": refusal.title,
        "status": status,
        "detail": refusal.detail,
        "instance": "/v1/messages",
        "code": refusal.code,
        "request_id": "UQ3ZGhJpoAMEVRg=",
        "retryable": refusal.retryable,
        **refusal.fields,
    }


def _response(status: int) -> Schema:
    _, meaning, gateway = _MEANINGS[status]
    headers = ["X-Request-Id"]
    headers += {401: ["WWW-Authenticate"], 409: ["Retry-After"], 429: ["Retry-After", *_RATE_HEADERS]}.get(status, [])
    headers += ["Retry-After"] if status == 503 else []  # noqa: PLR2004 - unavailable
    content: Schema = {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": _example(status),
        },
    }
    if gateway is not None:
        content["application/json"] = {
            "schema": {"$ref": "#/components/schemas/GatewayMessage"},
            "example": {"message": gateway},
        }
    return {
        "description": f"{meaning}. Codes: {', '.join(f'`{code}`' for code in codes(status))}",
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": content,
    }


RESPONSES: Schema = {name: _response(status) for status, name in RESPONSE_NAMES.items()}


BESIDE_THE_RULE: dict[str, tuple[int, ...]] = {
    "POST /v1/messages": (404,),
    "POST /v1/messages/batch": (404,),
    "POST /v1/scheduled-messages": (404,),
    "POST /v1/conversations": (404,),
    "POST /v1/invite-links/join": (404,),
    "POST /v1/upload": (404,),
    "POST /v1/upload/chunk": (404,),
    "POST /v1/upload/complete": (404,),
    "POST /v1/exports": (404,),
    "POST /v1/holds": (404,),
    "POST /v1/announcements": (404,),
    "POST /v1/webhooks": (404,),
    "POST /v1/admin/search/reindex": (404,),
    "GET /v1/moderation/block-list": (404,),
    "GET /v1/audit": (404,),
    "GET /v1/download/{media_id}": (409,),
    "GET /v1/download/{media_id}/signed": (409,),
    "GET /v1/stream/{media_id}": (409,),
    "PUT /v1/users/{user_id}": (409,),
    "DELETE /v1/users/{user_id}": (409,),
    "DELETE /v1/moderation/block-list": (412,),
}
"""What a route refuses with that its method and path do not say; a contract test reads it from the source."""


def errors_of(route: Route, *, conditional: bool) -> Iterator[int]:
    """The statuses with which a route may refuse."""
    yield from (422, 429, 500, 503)
    if not route.public:
        yield from (400, 401, 403)
    yield from BESIDE_THE_RULE.get(f"{route.method} {route.path}", ())
    if re.search(r"{\w+}", route.path):
        yield 404
    if route.method == "POST" or (route.method in {"PUT", "DELETE"} and not route.path.startswith("/v1/users")):
        yield 409
    if conditional:
        yield 412
    if route.method in {"POST", "PUT"}:
        yield from (413, 415)
