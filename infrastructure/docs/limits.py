"""The page of the limits: how often each route may be asked, what a tenant may set, and how large a request may be."""

import ast
import inspect
import json
from itertools import pairwise
from typing import Any

from infrastructure.docs.markdown import table
from infrastructure.layers import ROOT
from parley import limits
from parley.http.families import limit_of
from parley.identity.tenant_settings import TenantSettings
from parley.limits import DAY_SECONDS, Amount, RateLimit

Schema = dict[str, Any]
INTRODUCTION = """\
# Limits

## How often

Every answer of a limited route says what is left of the tighter of the two limits: `RateLimit-Policy` and
`RateLimit`, and `X-RateLimit-Limit`, `-Remaining` and `-Reset`. Above it is 429 `rate_limited` with `Retry-After`,
which the clients wait for. A limit of 60 a minute takes 60 in any 60 seconds, at once or spread.

"""
OF_THEIR_OWN = {
    "POST /v1/messages": (limits.MESSAGES,),
    "POST /v1/exports": (limits.USER_EXPORTS, limits.TENANT_EXPORTS),
    "POST /v1/download/signed": (limits.EGRESS,),
}
"""Routes whose use case takes its limit itself, beside what it reads."""
SETTINGS = """\
## What a tenant may set

`PUT /v1/tenants/{tenant_id}` with a server token changes these for the tenant, within the ceilings that the
operator has given it; they hold within 60 seconds.

"""
SIZES = """\
## How much at once

A body has at most 256 KB, a frame on a socket 32 KiB. Where more than these is sent, the answer is 422 and names
the field.

"""


def page() -> str:
    """The whole page."""
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    return "\n".join(
        (INTRODUCTION + _rates(document), SETTINGS + _settings(), SIZES + table(("where", "at most"), _sizes(document)))
    )


def rate_limits() -> dict[str, RateLimit]:
    """Every limit that the code declares, by its name there."""
    return {name: each for name, each in vars(limits).items() if isinstance(each, RateLimit)}


def _rates(document: Schema) -> str:
    spent: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in item:
            key = f"{method.upper()} {path}"
            own = limit_of(key) if document["paths"][path][method]["security"] else None
            for each in OF_THEIR_OWN.get(key, (own,) if own else ()):
                spent.setdefault(each.name, []).append(f"`{key}`")
    said = _docstrings()
    rows = []
    for name, limit in rate_limits().items():
        tenants = _amount(limit.tenant, limit) if limit.tenant else ""
        rows.append((f"**{limit.name}**", said.get(name, ""), _amount(limit.user, limit), tenants))
    names = dict.fromkeys(limit.name for limit in rate_limits().values())
    return "\n".join(
        (table(("limit", "of what", "a user", "the tenant"), rows), *(_routes(name, spent) for name in names))
    )


def _routes(name: str, spent: dict[str, list[str]]) -> str:
    """Which routes spend a limit, folded away."""
    routes = spent.get(name, [])
    title = f"{len(routes)} {'route spends' if len(routes) == 1 else 'routes spend'} {name}"
    return f'??? note "{title}"\n\n    {", ".join(routes)}\n' if routes else ""


def _amount(amount: Amount, limit: RateLimit) -> str:
    """How much by default, and which setting of the tenant decides."""
    default = amount(TenantSettings())
    number = _bytes(default) if limit is limits.EGRESS else f"{default:,}"
    deciding = [
        name
        for name, field in TenantSettings.model_fields.items()
        if isinstance(field.default, int)
        and not isinstance(field.default, bool)
        and amount(TenantSettings(**{name: field.default - 1})) != default
    ]
    per = {DAY_SECONDS: "a day", 60: "a minute"}.get(limit.window, f"in {limit.window} seconds")
    return f"{number} {per}" + "".join(f"<br>`{name}`" for name in deciding)


def _docstrings() -> dict[str, str]:
    """What the code says of each limit, below it."""
    body = ast.parse(inspect.getsource(limits)).body
    return {
        first.targets[0].id: " ".join(second.value.value.split())
        for first, second in pairwise(body)
        if isinstance(first, ast.Assign)
        and isinstance(first.targets[0], ast.Name)
        and isinstance(second, ast.Expr)
        and isinstance(second.value, ast.Constant)
        and isinstance(second.value.value, str)
    }


def _settings() -> str:
    rows = []
    for name, field in TenantSettings.model_fields.items():
        bounds = {
            key: value
            for each in field.metadata
            for key in ("ge", "le")
            if (value := getattr(each, key, None)) is not None
        }
        sized = "bytes" in name
        most = _bytes(bounds["le"]) if sized and "le" in bounds else f"{bounds['le']:,}" if "le" in bounds else ""
        rows.append((f"`{name}`", field.description or "", _value(field.default, sized=sized), most))
    return table(("setting", "what it decides", "by default", "at most"), rows)


def _value(value: object, *, sized: bool) -> str:
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return _bytes(value) if sized else f"{value:,}"
    return f"`{value}`"


def _bytes(number: int) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        larger, rest = divmod(number, 1024)
        if rest or not larger:
            return f"{number:,} {unit}"
        number = larger
    return f"{number:,} GiB"


def _sizes(document: Schema) -> list[tuple[str, str]]:
    """The bounds of every field that a body may have."""
    rows = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            schema = document["components"]["schemas"].get(body.get("$ref", "").split("/")[-1], {})
            for name, part in schema.get("properties", {}).items():
                if bound := _bound(part):
                    rows.append((f"`{method.upper()} {path}`: `{name}`", bound))
    return rows


def _bound(schema: Schema) -> str:
    for each in (schema, *schema.get("anyOf", [])):
        if "maxItems" in each:
            return f"{each['maxItems']:,} entries"
        if "maxLength" in each:
            return f"{each['maxLength']:,} characters"
        if each.get("type") == "integer" and "maximum" in each:
            return f"{each['maximum']:,}"
    return ""
