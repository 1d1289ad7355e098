"""`parley groups`: groups of users whom a message may mention together, as the tenant's back end runs them."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from parley_client import Client
from parley_client.cli.printing import fail
from parley_client.cli.session import session_of

groups = typer.Typer(help="Groups of users whom a message may mention together.", no_args_is_help=True)
Group = Annotated[str, typer.Argument(help="The group's handle, with or without @.")]
Users = Annotated[list[str], typer.Argument(help="The ids of users, up to 100.")]


@groups.command("list")
def list_groups(context: typer.Context) -> None:
    """The tenant's groups."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(parley.iterate_user_groups(limit=100), ("handle", "name", "member_count", "id"))


@groups.command()
def create(
    context: typer.Context,
    handle: Annotated[str, typer.Argument(help="What people write after @.")],
    name: Annotated[str, typer.Argument(help="What the group is called.")],
    description: Annotated[str | None, typer.Option(help="What the group is for.")] = None,
) -> None:
    """Make a group."""
    session = session_of(context)
    with session.client() as parley:
        made = parley.create_user_group(handle=handle, name=name, description=description)
    session.printer.thing(made, f"@{made['handle']} {made['id']}")


@groups.command()
def rename(
    context: typer.Context,
    group: Group,
    handle: Annotated[str, typer.Argument(help="The new handle.")],
    name: Annotated[str | None, typer.Option(help="And another name.")] = None,
) -> None:
    """Give a group another handle, and perhaps another name."""
    session = session_of(context)
    with session.client() as parley:
        found = _found(parley, group)
        changed = parley.update_user_group(found["id"], handle=handle, name=name or found["name"])
    session.printer.thing(changed, f"@{changed['handle']} {changed['name']}")


@groups.command()
def delete(context: typer.Context, group: Group) -> None:
    """Delete a group; the users stay."""
    session = session_of(context)
    with session.client() as parley:
        found = _found(parley, group)
        parley.delete_user_group(found["id"])
    session.printer.thing({"id": found["id"]}, f"@{found['handle']} deleted")


@groups.command()
def members(context: typer.Context, group: Group) -> None:
    """Who is in a group."""
    session = session_of(context)
    with session.client() as parley:
        inside = parley.iterate_user_group_members(_found(parley, group)["id"], limit=100)
        session.printer.rows(inside, ("user_id", "added_at"))


@groups.command()
def add(context: typer.Context, group: Group, user_ids: Users) -> None:
    """Add users to a group."""
    _change(context, group, user_ids, Client.add_user_group_members)


@groups.command()
def remove(context: typer.Context, group: Group, user_ids: Users) -> None:
    """Take users out of a group."""
    _change(context, group, user_ids, Client.remove_user_group_members)


def _change(context: typer.Context, group: str, user_ids: list[str], change: Callable[..., Any]) -> None:
    session = session_of(context)
    with session.client() as parley:
        results = change(parley, _found(parley, group)["id"], user_ids=user_ids)["data"]
    session.printer.rows(results, ("user_id", "status"))


def _found(parley: Client, group: str) -> Mapping[str, Any]:
    """The group with this handle."""
    handle = group.removeprefix("@")
    for each in parley.iterate_user_groups(limit=100):
        if each["handle"] == handle:
            return each
    fail(f"no group has the handle @{handle}")
    raise typer.Exit(1)
