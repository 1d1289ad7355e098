"""What is told and not kept: `parley event`, `parley whisper`."""

import json
from typing import Annotated, Any

import typer

from parley_client.cli.session import session_of

NOT_SHOWN = 1


def send_event(
    context: typer.Context,
    conversation_id: str,
    name: Annotated[str, typer.Argument(help="What happened, as your app names it: `cursor.moved`.")],
    data: Annotated[str, typer.Argument(help="What else there is to say: a JSON object.")] = "{}",
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one tells nothing twice.")] = None,
) -> None:
    """Tell an event of your app's own to who watches a conversation."""
    session = session_of(context)
    with session.client() as parley:
        told = parley.send_event(conversation_id, name=name, data=_read(data), idempotency_key=key)
    session.printer.thing(told, told["id"])


def whisper(
    context: typer.Context,
    conversation_id: str,
    user_id: Annotated[str, typer.Argument(help="The member who alone sees it.")],
    text: str,
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one shows nothing twice.")] = None,
) -> None:
    """Show one member a message that nobody else sees; needs a server token. Exits with 1 where no socket took it."""
    session = session_of(context)
    with session.client() as parley:
        shown = parley.send_ephemeral_message(conversation_id, user_id=user_id, text=text, idempotency_key=key)
    session.printer.thing(shown, "shown" if shown["delivered"] else f"{user_id} is not connected")
    if not shown["delivered"]:
        raise typer.Exit(NOT_SHOWN)


def _read(data: str) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise typer.BadParameter("a JSON object", param_hint="data")
    return said
