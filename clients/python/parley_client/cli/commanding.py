"""Slash commands: `parley commands`, `parley run`."""

from typing import Annotated

import typer

from parley_client.cli.session import session_of


def list_commands(
    context: typer.Context,
    conversation_id: Annotated[str | None, typer.Argument(help="Only those that you may run there.")] = None,
) -> None:
    """The commands that your back end has declared, which needs a server token; or those of a conversation."""
    session = session_of(context)
    with session.client() as parley:
        if conversation_id is None:
            session.printer.rows(parley.list_commands()["data"], ("name", "description", "role", "enabled", "url"))
        else:
            offered = parley.list_conversation_commands(conversation_id)["data"]
            session.printer.rows(offered, ("name", "usage", "description"))


def run_command(
    context: typer.Context,
    conversation_id: str,
    name: Annotated[str, typer.Argument(help="The command, without the `/`.")],
    text: Annotated[str, typer.Argument(help="What is typed after its name.")] = "",
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one runs nothing twice.")] = None,
) -> None:
    """Run a command, and print what it says: to everybody, or to you alone."""
    session = session_of(context)
    with session.client() as parley:
        ran = parley.run_command(conversation_id, name=name, text=text, idempotency_key=key)
    said = ran["message"] or ran["ephemeral_message"]
    session.printer.thing(ran, said["text"] if said else "done")
