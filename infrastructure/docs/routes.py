"""The page of the API: every route, with a way to the reference in which it can be tried."""

import json
from typing import Any

from infrastructure.docs.markdown import table, title_case
from infrastructure.layers import ROOT

CALLERS = {"token": "user", "serverToken": "back end", "operatorKey": "operator"}
INTRODUCTION = """\
# API

[Open the reference and try requests](try/index.html){ .md-button .md-button--primary }

The reference has every route with its parameters, bodies, answers and errors, and sends requests to the local
stack: opened from the address that `make up` prints, it has a token already. It loads nothing from elsewhere.

Programs read [openapi.json](../openapi.json){ download } (OpenAPI 3.1), [postman.json](../postman.json){ download }
(a collection for Postman, Bruno and Insomnia) and [llms.txt](../llms.txt); the clients for
[Python](../clients/python.md), [TypeScript](../clients/typescript.md) and [React](../clients/react.md) have all of
it with types. What holds on every route is in [Rules of all routes](../contract.md), what is refused in
[Errors](errors.md), how often you may ask in [Limits](limits.md).

**Who** may call a route: a `user` with their own token, the tenant's `back end` with a server token (which may also
act for a user, by `X-Acting-User`), or the `operator` of the stage.
"""


def page() -> str:
    """The whole page."""
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    parts = [INTRODUCTION]
    for tag in document["tags"]:
        rows = [
            (
                f"[`{method.upper()} {path}`](try/index.html#{anchor(tag['name'], method, path)})",
                operation["summary"],
                who(operation),
            )
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if operation["tags"] == [tag["name"]]
        ]
        head = f"## {title_case(tag['name'])}\n\n{tag['description']}.\n\n"
        parts.append(head + table(("route", "what it does", "who"), rows))
    return "\n".join(parts)


def anchor(tag: str, method: str, path: str) -> str:
    """Where the reference has a route."""
    return f"tag/{tag}/{method.upper()}{path}"


def who(operation: dict[str, Any]) -> str:
    """Who may call a route."""
    return ", ".join(CALLERS[scheme] for each in operation["security"] for scheme in each) or "anybody"
