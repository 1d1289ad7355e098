"""`parley announce`: one message to many conversations."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from parley_client.cli.session import session_of
from parley_client.generated.models import Announcement

if TYPE_CHECKING:
    from parley_client.generated.models import Audience

announce = typer.Typer(help="One message to many conversations.", no_args_is_help=True)
COLUMNS = ("id", "status", "reached", "sent", "failed", "send_at", "created_at")


@announce.command()
def send(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What each conversation is told.")],
    conversation: Annotated[list[str] | None, typer.Option(help="A conversation; again for more.")] = None,
    of_type: Annotated[
        Literal["direct", "group", "channel"] | None, typer.Option("--type", help="All of a type.")
    ] = None,
    declared_type: Annotated[str | None, typer.Option(help="All of a type that the tenant has declared.")] = None,
    team: Annotated[str | None, typer.Option(help="All of a team.")] = None,
    at: Annotated[str | None, typer.Option(help="When, as RFC 3339; left out, now.")] = None,
    *,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="All of the tenant's conversations.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Not pushed, and unread for nobody.")] = False,
    count: Annotated[bool, typer.Option("--count", help="Count the conversations, send to none.")] = False,
) -> None:
    """Send a message to conversations that are named, or to all that fit."""
    session = session_of(context)
    said: dict[str, Any] = {"conversation_ids": conversation, "type": of_type, "declared_type": declared_type}
    audience = {name: value for name, value in {**said, "team": team}.items() if value}
    if bool(audience) == everywhere:
        raise typer.BadParameter("say which conversations, or --everywhere")
    with session.client() as parley:
        begun = parley.create_announcement(
            message={"text": text, "silent": silent},
            audience=cast("Audience", audience),
            send_at=at,
            only_count=count,
        )
    session.printer.thing(begun, _line(begun))


@announce.command("list")
def list_announcements(context: typer.Context) -> None:
    """The tenant's announcements, the newest first."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(list(parley.iterate_announcements()), COLUMNS)


@announce.command()
def show(context: typer.Context, announcement_id: str) -> None:
    """How far an announcement is."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.get_announcement(announcement_id)
    session.printer.thing(found, _line(found))


@announce.command()
def cancel(context: typer.Context, announcement_id: str) -> None:
    """Send an announcement to nobody else."""
    session = session_of(context)
    with session.client() as parley:
        ended = parley.cancel_announcement(announcement_id)
    session.printer.thing(ended, _line(ended))


def _line(found: Announcement) -> str:
    skipped = "".join(f", {count} {code}" for code, count in sorted(found["skipped"].items()))
    counts = f"{found['reached']} reached, {found['sent']} sent{skipped}, {found['failed']} failed"
    return f"{found['id']} {found['status']}: {counts}"
