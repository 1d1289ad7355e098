"""What `send` says of a message beside its text; `send-batch`, many messages of a file; `forward`, `remove-preview`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from parley_client.cli.printing import Printer
from parley_client.cli.session import session_of

REFUSED = 1
MOST_AT_ONCE = 100


def kind_of(kind: str | None, *, at: str | None, silent: bool) -> dict[str, Any]:
    """The fields of what a message is; a place is written as `latitude,longitude`."""
    said: dict[str, Any] = {} if kind is None else {"type": kind}
    if silent:
        said["silent"] = True
    if at is not None:
        latitude, _, longitude = at.partition(",")
        try:
            said["location"] = {"latitude": float(latitude), "longitude": float(longitude)}
        except ValueError:
            raise typer.BadParameter("a place is written as 48.137,11.575", param_hint="--at") from None
    return said


def send_batch(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON lines, a message each: `conversation_id`, `author_id`, `text`, …", exists=True)
    ],
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one sends nothing twice.")] = None,
) -> None:
    """Send many messages by a server token, a hundred at once. Exits with 1 where one of them was refused."""
    session = session_of(context)
    refused = False
    messages = [json.loads(line) for line in file.read_text().splitlines()]
    with session.client() as parley:
        for start in range(0, len(messages), MOST_AT_ONCE):
            under = None if key is None else f"{key}-{start}"
            some = messages[start : start + MOST_AT_ONCE]
            results = parley.send_batch(messages=some, idempotency_key=under)["data"]
            refused = not _say(session.printer, results) or refused
    if refused:
        raise typer.Exit(REFUSED)


def forward(
    context: typer.Context,
    message_id: str,
    conversation_ids: Annotated[list[str], typer.Argument(help="Where to; ten at most.")],
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one sends nothing twice.")] = None,
    *,
    with_custom: Annotated[bool, typer.Option("--with-custom", help="Carry its custom data as well.")] = False,
) -> None:
    """Send what a message says to other conversations. Exits with 1 where one of them took it not."""
    session = session_of(context)
    with session.client() as parley:
        results = parley.forward_message(
            message_id, conversation_ids=conversation_ids, with_custom=with_custom, idempotency_key=key
        )["data"]
    if not _say(session.printer, results):
        raise typer.Exit(REFUSED)


def remove_preview(context: typer.Context, message_id: str, url: str) -> None:
    """Let a message of one's own show no preview of a link; the link stays."""
    with session_of(context).client() as parley:
        parley.remove_link_preview(message_id, url=url)


def _say(printer: Printer, results: Sequence[Mapping[str, Any]]) -> bool:
    """Print what came of each; whether all were sent."""
    for result in results:
        message = result["message"]
        printer.thing(result, message["id"] if message else f"refused: {result['problem']['detail']}")
    return all(result["message"] for result in results)
