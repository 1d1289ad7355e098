"""`parley users`: the users of a tenant, for its back end."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from parley_client.cli.printing import fail
from parley_client.cli.session import session_of
from parley_client.client import Client

users = typer.Typer(help="The users of a tenant; for its back end.", no_args_is_help=True)
Context = typer.Context
REFUSED = 1
MOST_AT_ONCE = 100


@users.command("put")
def put_user(
    context: Context,
    user_id: str,
    name: str,
    team: Annotated[
        list[str] | None, typer.Option(help="A team that they are in: all are named, '' is none; may be repeated.")
    ] = None,
) -> None:
    """Make a user, or change the name and teams."""
    session = session_of(context)
    change: dict[str, Any] = {} if team is None else {"teams": [each for each in team if each] or None}
    with session.client() as parley:
        made = parley.put_user(user_id, name=name, **change)
    session.printer.thing(made, made["id"])


@users.command("list")
def list_users(context: Context, q: Annotated[str | None, typer.Option(help="How the name begins.")] = None) -> None:
    """The users of the tenant."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(parley.iterate_users(q=q, limit=100), ("id", "name"))


@users.command("delete")
def delete_user(context: Context, user_id: str, *, keep_messages: bool = True) -> None:
    """Erase a user; messages stay without their name, or go."""
    session = session_of(context)
    with session.client() as parley:
        job = parley.delete_user(user_id, messages="anonymise" if keep_messages else "remove")
    session.printer.thing(job, job["id"])


@users.command("deactivate")
def deactivate_user(context: Context, user_id: str) -> None:
    """Refuse a user's tokens and close their sockets; messages and memberships stay."""
    session = session_of(context)
    with session.client() as parley:
        user = parley.deactivate_user(user_id)
    session.printer.thing(user, f"{user_id} is deactivated since {user['deactivated_at']}")


@users.command("reactivate")
def reactivate_user(context: Context, user_id: str) -> None:
    """Bring a deactivated user back as they were."""
    session = session_of(context)
    with session.client() as parley:
        user = parley.reactivate_user(user_id)
    session.printer.thing(user, f"{user_id} is active")


@users.command("shadow-ban")
def shadow_ban_user(
    context: Context,
    user_id: str,
    *,
    reason: Annotated[str | None, typer.Option(help="Why; the user is not told.")] = None,
    until: Annotated[str | None, typer.Option(help="When it ends: 2026-11-23T09:00:00Z; else never.")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="Let others be shown what they post from now on.")] = False,
) -> None:
    """Let nobody else be shown what a user posts, in any conversation."""
    session = session_of(context)
    with session.client() as parley:
        if lift:
            parley.lift_shadow_ban(user_id)
            session.printer.thing({"user_id": user_id}, f"{user_id} is shadow-banned no more")
            return
        ban = parley.shadow_ban_user(user_id, reason=reason, until=until)
    session.printer.thing(ban, f"{user_id} is shadow-banned" + (f" until {ban['until']}" if ban["until"] else ""))


@users.command("shadowed")
def list_shadowed_messages(context: Context, user_id: str) -> None:
    """What a user has posted that nobody else is shown, the newest first."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_shadowed_by_user(user_id, limit=100)
        session.printer.rows(found, ("id", "created_at", "text"))


@users.command("load")
def load_users(
    context: Context,
    file: Annotated[
        Path, typer.Argument(help='JSON lines: `{"id": "ada", "name": "Ada", "role": "agent"}`', exists=True)
    ],
) -> None:
    """Make or change all users of a file, a hundred a request; who is so already stays untouched.

    Exits with 1 where one was refused; the others are made all the same.
    """
    session = session_of(context)
    counts: Counter[str] = Counter()
    with session.client() as parley:
        lines = _lines(file)
        while some := list(islice(lines, MOST_AT_ONCE)):
            for outcome in parley.put_users(users=some)["data"]:
                counts[outcome["status"]] += 1
                if outcome["status"] == "refused":
                    fail(f"{outcome['id']}: {outcome['detail']} ({outcome['code']})")
    session.printer.thing(dict(counts), ", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    if counts["refused"]:
        raise typer.Exit(REFUSED)


def _lines(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise typer.BadParameter(f"line {number} is no JSON") from None


@users.command("find")
def find_users(
    context: Context,
    q: Annotated[str | None, typer.Option(help="How the name begins.")] = None,
    role: Annotated[str | None, typer.Option(help="What they are in the app.")] = None,
    team: Annotated[str | None, typer.Option(help="A team that they are in.")] = None,
    custom: Annotated[str | None, typer.Option(help='Declared keys: `{"plan": "pro", "age": {"gte": 18}}`')] = None,
    active_since: Annotated[str | None, typer.Option(help="Seen at this moment or later.")] = None,
    active_before: Annotated[str | None, typer.Option(help="Not seen since this moment.")] = None,
    sort: Annotated[
        str | None, typer.Option(help="`created_at`, `name`; `-` before it for the greatest first.")
    ] = None,
) -> None:
    """Find users by what they are and when they were seen last."""
    session = session_of(context)
    asked: dict[str, Any] = {
        "q": q,
        "role": role,
        "team": team,
        "active_since": active_since,
        "active_before": active_before,
    }
    asked |= {"custom": None if custom is None else json.loads(custom), "sort": sort}
    with session.client() as parley:
        found = _found(parley, {n: v for n, v in asked.items() if v is not None})
        session.printer.rows(found if session.printer.as_json else map(_row, found), _COLUMNS)


_COLUMNS = ("id", "name", "role", "teams", "last_active_at")


def _row(user: Any) -> dict[str, Any]:
    return {**user, "teams": ", ".join(user["teams"] or [])}


def _found(parley: Client, asked: dict[str, Any]) -> Iterator[Any]:
    while True:
        page = parley.query_users(**asked, limit=100)
        yield from page["data"]
        if page["next_cursor"] is None:
            return
        asked = asked | {"cursor": page["next_cursor"]}
