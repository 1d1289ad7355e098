"""What a user has for themselves: `parley drafts`, `parley bookmarks`, `parley later`."""

from typing import Annotated, Any

import typer

from parley_client.cli.session import session_of

drafts = typer.Typer(help="What has not been sent yet.", no_args_is_help=True)
bookmarks = typer.Typer(help="Messages that are kept for later.", no_args_is_help=True)
later = typer.Typer(help="Messages that are sent later.", no_args_is_help=True)
Thread = Annotated[str | None, typer.Option("--thread", help="The message whose thread it is for.")]


@drafts.command("list")
def list_drafts(context: typer.Context) -> None:
    """Drafts; those first that were written last."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_drafts(limit=100)
        session.printer.rows(found, ("conversation_id", "parent_id", "updated_at", "text"))


@drafts.command("write")
def write_draft(context: typer.Context, conversation_id: str, text: str, thread: Thread = None) -> None:
    """Keep a draft in place of the one that is there."""
    session = session_of(context)
    with session.client() as parley:
        kept = parley.put_draft(conversation_id, text=text, parent_id=thread)
    session.printer.thing(kept, f"{kept['updated_at']} {kept['text']}")


@drafts.command("delete")
def delete_draft(context: typer.Context, conversation_id: str, thread: Thread = None) -> None:
    """Let go of a draft."""
    session = session_of(context)
    with session.client() as parley:
        parley.delete_draft(conversation_id, parent_id=thread)
    session.printer.thing({"conversation_id": conversation_id}, "Gone")


@bookmarks.command("list")
def list_bookmarks(
    context: typer.Context,
    reminder: Annotated[str | None, typer.Option(help="`upcoming` or `due`.")] = None,
) -> None:
    """Bookmarks; those first that were kept last."""
    if reminder not in {None, "upcoming", "due"}:
        raise typer.BadParameter("`upcoming` or `due`")
    wanted: Any = reminder
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_bookmarks(reminder=wanted, limit=100)
        rows = found if session.printer.as_json else map(_in_short, found)
        session.printer.rows(rows, ("message_id", "remind_at", "note", "text"))


def _in_short(bookmark: Any) -> dict[str, Any]:
    message = bookmark["message"]
    return {**bookmark, "text": "(gone)" if message is None else message["text"]}


@bookmarks.command("keep")
def keep_bookmark(
    context: typer.Context,
    message_id: str,
    note: Annotated[str | None, typer.Option(help="What to do about it.")] = None,
    remind_at: Annotated[str | None, typer.Option(help="When to be reminded: 2026-11-23T09:00:00Z.")] = None,
) -> None:
    """Keep a message for later, or change how."""
    session = session_of(context)
    with session.client() as parley:
        kept = parley.put_bookmark(message_id, note=note, remind_at=remind_at)
    session.printer.thing(kept, f"{kept['message_id']} {kept['remind_at'] or ''}".strip())


@bookmarks.command("delete")
def delete_bookmark(context: typer.Context, message_id: str) -> None:
    """Let go of a bookmark, with its reminder."""
    session = session_of(context)
    with session.client() as parley:
        parley.delete_bookmark(message_id)
    session.printer.thing({"message_id": message_id}, "Gone")


@later.command("send")
def send_later(
    context: typer.Context,
    conversation_id: str,
    text: str,
    send_at: Annotated[str, typer.Option("--at", help="A minute to a year ahead: 2026-11-23T09:00:00Z.")],
    thread: Thread = None,
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one keeps nothing twice.")] = None,
) -> None:
    """Have a message sent later."""
    message: dict[str, Any] = {"conversation_id": conversation_id, "text": text}
    if thread is not None:
        message["parent_id"] = thread
    wanted: Any = message
    session = session_of(context)
    with session.client() as parley:
        kept = parley.schedule_message(message=wanted, send_at=send_at, idempotency_key=key)
    session.printer.thing(kept, kept["id"])


@later.command("list")
def list_later(context: typer.Context) -> None:
    """What waits, the soonest first, and what failed."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.iterate_scheduled_messages(limit=100)
        rows = found if session.printer.as_json else map(_waiting, found)
        session.printer.rows(rows, ("id", "send_at", "status", "conversation_id", "text"))


def _waiting(scheduled: Any) -> dict[str, Any]:
    failure, message = scheduled["failure"], scheduled["message"]
    status = scheduled["status"] if failure is None else f"{scheduled['status']}: {failure['code']}"
    return {**scheduled, "status": status, "conversation_id": message["conversation_id"], "text": message.get("text")}


@later.command("move")
def move_later(
    context: typer.Context,
    scheduled_message_id: str,
    send_at: Annotated[str, typer.Option("--at", help="A minute to a year ahead: 2026-11-23T09:00:00Z.")],
) -> None:
    """Have it sent at another moment; one that failed waits again then."""
    session = session_of(context)
    with session.client() as parley:
        kept = parley.update_scheduled_message(scheduled_message_id, send_at=send_at)
    session.printer.thing(kept, str(kept["send_at"]))


@later.command("cancel")
def cancel_later(context: typer.Context, scheduled_message_id: str) -> None:
    """Take it back before it is sent."""
    session = session_of(context)
    with session.client() as parley:
        parley.cancel_scheduled_message(scheduled_message_id)
    session.printer.thing({"id": scheduled_message_id}, "Not sent")
