"""`docs/llms.txt`: what a language model needs to write a client, in the form of llmstxt.org."""

from typing import Any

from infrastructure.contract.events import TYPES, summary_of
from infrastructure.contract.socket_answers import ANSWERS

Schema = dict[str, Any]
CALLERS = {"token": "user token", "serverToken": "server token", "operatorKey": "operator key"}
FIRST_STEPS = """\
## First steps

```sh
curl -X POST "$API/v1/conversations" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{"type": "group", "name": "Launch", "members": ["bob"]}'
curl -X POST "$API/v1/messages" -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" -d '{"conversation_id": "<id>", "text": "Hello"}'
curl "$API/v1/conversations/<id>/messages?limit=20" -H "Authorization: Bearer $TOKEN"
```

Retry a POST with the same `Idempotency-Key`: it happens once. Branch on a problem's `code`, never on its words, and
try again only where `retryable` is true, after `Retry-After`. Every field of an answer is always there; null means
that there is none.
"""
DOCUMENTS = """\
## Documents

- [OpenAPI 3.1](openapi.json): every operation, with schemas, examples and links
- [AsyncAPI 3](asyncapi.json): what WebSockets and webhooks carry
- [Collection](postman.json): every request with its example, for Postman, Bruno and Insomnia
- [Rules of all routes](contract.md): idempotency, limits, pages, versions, errors
- [Quick start](quick-start.md): from a clone to two apps that talk
- Concepts: [tenants](concepts/tenants.md), [tokens](concepts/tokens.md), [permissions](concepts/permissions.md),
  [ordering](concepts/ordering.md), [unread](concepts/unread.md), [delivery](concepts/delivery.md)
- Guides: [back end](guides/back-end.md), [web](guides/web.md), [mobile](guides/mobile.md),
  [uploads](guides/uploads.md), [search](guides/search.md), [moderation](guides/moderation.md), [webhooks](webhooks.md),
  [importing](guides/importing.md), [going live](guides/going-live.md)
- Coming from [Stream](migration/stream.md) or [Sendbird](migration/sendbird.md): what is called what
- [Language of search](search.md): operators, phrases, spellings
- [Operations](operations.md): deploy, watch, repair
"""


def text(document: Schema) -> str:
    """The whole file."""
    summary = document["info"]["summary"]
    parts = [f"# {document['info']['title']}\n\n> {summary}\n\n{document['info']['description'].strip()}\n"]
    parts += [FIRST_STEPS, DOCUMENTS]
    for tag in document["tags"]:
        lines = [
            _line(path, method.upper(), operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if operation["tags"] == [tag["name"]]
        ]
        parts.append(f"## {tag['name'].title()}\n\n{tag['description']}.\n\n" + "\n".join(lines) + "\n")
    told = "\n".join(f"- `{name}`: {summary_of(each)}" for name, each in TYPES.items())
    parts.append(f"## Events\n\nOn sockets, in webhooks and in `GET /v1/events`; each type has its schema.\n\n{told}\n")
    actions = ", ".join(f"`{name}`" for name in ANSWERS)
    parts.append(
        f"## Actions of a socket\n\nA frame with `action` and, to know the answer by, `request_id`: {actions}.\n"
    )
    return "\n".join(parts)


def _line(path: str, method: str, operation: Schema) -> str:
    callers = [CALLERS[scheme] for each in operation["security"] for scheme in each]
    said = " ".join(operation["description"].split())
    who = ", ".join(callers) or "no token"
    return f"- [{method} {path}](openapi.json): {operation['summary']} ({who}). {said}"
