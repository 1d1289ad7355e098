"""`parley holds` and `parley retention`: how long messages are kept, and what is kept whatever that says."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from parley_client.cli.session import session_of

if TYPE_CHECKING:
    from parley_client.generated.models import SettingsChange

holds = typer.Typer(help="What no retention, truncation or erasure removes.", no_args_is_help=True)
Days = Annotated[int | None, typer.Option(help="Days; 0 is never.")]


@holds.command("list")
def list_holds(context: typer.Context) -> None:
    """The tenant's holds."""
    session = session_of(context)
    with session.client() as parley:
        placed = parley.list_holds()["data"]
    session.printer.rows(placed, ("id", "reason", "conversation_id", "user_id", "until"))


@holds.command()
def place(
    context: typer.Context,
    reason: Annotated[str, typer.Argument(help="Why, as the name of a matter.")],
    conversation: Annotated[str | None, typer.Option(help="The conversation to hold.")] = None,
    user: Annotated[str | None, typer.Option(help="Or the user: all conversations that they are or were in.")] = None,
    until: Annotated[str | None, typer.Option(help="When it ends; left out, when it is released.")] = None,
) -> None:
    """Place a hold on a conversation or a user."""
    session = session_of(context)
    with session.client() as parley:
        placed = parley.place_hold(reason=reason, conversation_id=conversation, user_id=user, until=until)
    session.printer.thing(placed, f"{placed['id']} holds {placed['conversation_id'] or placed['user_id']}")


@holds.command()
def release(context: typer.Context, hold_id: str) -> None:
    """Release a hold."""
    session = session_of(context)
    with session.client() as parley:
        parley.release_hold(hold_id)
    session.printer.thing({"id": hold_id}, f"{hold_id} released")


def retention(
    context: typer.Context,
    tenant_id: str,
    days: Days = None,
    direct: Annotated[int | None, typer.Option(help="The same for direct conversations.")] = None,
    group: Annotated[int | None, typer.Option(help="The same for groups.")] = None,
    channel: Annotated[int | None, typer.Option(help="The same for channels.")] = None,
) -> None:
    """After how many days messages go; with options, changes it."""
    session = session_of(context)
    own = {"direct": direct, "group": group, "channel": channel}
    change: dict[str, Any] = {f"{kind}_retention_days": each for kind, each in own.items() if each is not None}
    if days is not None:
        change["retention_days"] = days or None
    with session.client() as parley:
        if change:
            parley.update_tenant(tenant_id, settings=cast("SettingsChange", change))
        found: Mapping[str, Any] = parley.get_tenant(tenant_id)["settings"]
    kept = {name: found[name] for name in ("retention_days", *(f"{kind}_retention_days" for kind in own))}
    session.printer.thing(kept, "\n".join(f"{name}: {_said(name, each)}" for name, each in kept.items()))


def _said(name: str, days: int | None) -> str:
    if days is None:
        return "never" if name == "retention_days" else "as for all"
    return str(days or "never")
