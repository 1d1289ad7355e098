"""The API as a WSGI application in this process: what tools that speak HTTP are given."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote

from infrastructure.examples import example_of
from infrastructure.routes import Route
from tests.support.aws.gateway import build_event, find_route, invoke
from tests.support.people.world import person

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request as the person of the route's example; what names no route is the gateway's 404."""
    path = quote(environ["PATH_INFO"].encode("latin-1"), safe="/")
    try:
        route, _ = find_route(environ["REQUEST_METHOD"], path)
    except AssertionError:
        start_response("404 Not Found", [("Content-Type", "application/json")])
        return [b'{"message": "Not Found"}']
    answer = invoke(_event(environ, route, path))
    headers = [(name, str(value)) for name, value in answer.headers.items()]
    start_response(f"{answer.status} said", headers)
    return [answer.text.encode()]


def _event(environ: dict[str, Any], route: Route, path: str) -> dict[str, Any]:
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size).decode(errors="replace") if size else None
    who = person(example_of(route).who)
    headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return build_event(
        route.method,
        path,
        authorizer=None if route.public else who.said,
        body=body,
        query=dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
        headers=headers,
    )
