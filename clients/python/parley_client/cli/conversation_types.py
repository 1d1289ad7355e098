"""`parley types`: types of conversations and what roles may in them, as the tenant's back end declares them."""

from typing import Annotated, Any, Literal

import typer

from parley_client.cli.printing import fail
from parley_client.cli.session import session_of

types = typer.Typer(help="Types of conversations, and what roles may in them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The type: a name of yours, or group or channel.")]


@types.command("list")
def list_types(context: typer.Context) -> None:
    """All types, those that are built in first."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(
            parley.list_conversation_types()["data"], ("name", "like", "retention_days", "used", "version")
        )


@types.command()
def show(context: typer.Context, name: Name) -> None:
    """What roles may in conversations of a type: the lowest role for each action."""
    session = session_of(context)
    with session.client() as parley:
        shown = parley.get_conversation_type(name)
    rows: list[dict[str, Any]] = [{"action": action, "from": least} for action, least in shown["permissions"].items()]
    session.printer.rows(rows, ("action", "from"))


@types.command()
def put(
    context: typer.Context,
    name: Name,
    like: Annotated[Literal["group", "channel"], typer.Argument(help="What it is built like.")],
    permissions: Annotated[
        list[str] | None, typer.Argument(help="action=role for each action whose lowest role is another.")
    ] = None,
    retention_days: Annotated[
        int | None, typer.Option(help="Days after which messages go, 0 is never; left out, as the settings say.")
    ] = None,
) -> None:
    """Declare a type, or say anew what roles may in it and how long its messages are kept."""
    session = session_of(context)
    said: Any = dict(_pair(each) for each in permissions or [])
    with session.client() as parley:
        made = parley.put_conversation_type(name, like=like, permissions=said, retention_days=retention_days)
    session.printer.thing(made, f"{made['name']}, like a {made['like']}")


def _pair(said: str) -> tuple[str, str]:
    action, _, role = said.partition("=")
    if not action or not role:
        fail(f"{said}: say action=role, as post=moderator")
        raise typer.Exit(1)
    return action, role


@types.command()
def delete(context: typer.Context, name: Name) -> None:
    """Delete a type that no conversation was ever made of; of group and channel, what was set."""
    session = session_of(context)
    with session.client() as parley:
        parley.delete_conversation_type(name)
    session.printer.thing({"name": name}, f"{name} deleted")
