"""A user's own list: `parley list`, `unread`, `threads`, `arrange`, `clear`."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Annotated, Any, Literal

import typer

from parley_client.cli.session import session_of

threads = typer.Typer(help="The threads that you follow.", no_args_is_help=True)
Count = Annotated[int, typer.Option("-n", min=1, help="How many at most.")]
Root = Annotated[str, typer.Argument(help="The message that the replies hang on.")]
Hide = Literal["until-message", "always", "no"]


def list_conversations(
    context: typer.Context,
    label: Annotated[str | None, typer.Option(help="Only those with this label.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Only those that say so for a key that the tenant declared: stage=open; may be repeated."),
    ] = None,
    sort: Annotated[str | None, typer.Option(help="By a declared key; `-key`, the greatest first.")] = None,
    *,
    archived: Annotated[bool, typer.Option("--archived", help="Those in your own archive.")] = False,
    hidden: Annotated[bool, typer.Option("--hidden", help="Those that you have hidden.")] = False,
    pinned: Annotated[bool, typer.Option("--pinned", help="Only those that are pinned.")] = False,
    count: Count = 50,
) -> None:
    """Your conversations, pinned first, then the newest activity."""
    session = session_of(context)
    asked: dict[str, Any] = {"label": label, "sort": sort, "archived_for_me": archived, "hidden": hidden}
    if pinned:
        asked["pinned"] = True
    if where:
        asked["custom"] = json.dumps(dict(map(_declared, where)), ensure_ascii=False)
    with session.client() as parley:
        found = islice(parley.iterate_conversations(**asked, limit=min(count, 100)), count)
        rows = found if session.printer.as_json else map(_row, found)
        session.printer.rows(rows, ("id", "name", "unread_count", "kept", "labels", "last_activity_at"))


def _declared(said: str) -> tuple[str, Any]:
    """`key=value`: a number, true or false as JSON has them, else a text."""
    key, is_said, value = said.partition("=")
    if not key or not is_said:
        raise typer.BadParameter(f"{said}: key=value", param_hint="--where")
    try:
        read = json.loads(value)
    except ValueError:
        return key, value
    return key, read if isinstance(read, bool | int | float) else value


def _row(conversation: Mapping[str, Any]) -> dict[str, Any]:
    kept = conversation["settings"]
    how = ("pinned" if kept["pinned"] else "", "archived" if kept["archived_for_me"] else "", kept["hidden"] or "")
    return {**conversation, "kept": " ".join(filter(None, how)), "labels": ", ".join(kept["labels"])}


def unread(context: typer.Context) -> None:
    """How much is unread: in conversations, and in threads."""
    session = session_of(context)
    with session.client() as parley:
        messages, replies = parley.count_unread(), parley.count_unread_threads()
    words = (
        f"{messages['total']} unread, {messages['muted_total']} in muted conversations; {replies['total']} in threads"
    )
    session.printer.thing({"messages": messages, "replies": replies}, words)


@threads.command("list")
def list_threads(
    context: typer.Context,
    *,
    unread: Annotated[bool, typer.Option("--unread", help="Only those with unread replies.")] = False,
    count: Count = 50,
) -> None:
    """The newest reply first."""
    session = session_of(context)
    with session.client() as parley:
        found = islice(parley.iterate_threads(unread=unread, limit=min(count, 100)), count)
        rows = found if session.printer.as_json else _threads(found)
        session.printer.rows(rows, ("id", "unread_count", "reply_count", "last_activity_at", "root", "last_reply"))


def _threads(found: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for thread in found:
        said = {
            name: f"{each['author_id']}: {each['text']}"
            for name in ("root", "last_reply")
            if (each := thread[name]) is not None
        }
        yield {**thread, "last_reply": None, **said}


@threads.command("read")
def read_thread(
    context: typer.Context,
    message_id: Root,
    up_to: Annotated[str | None, typer.Option(help="The reply up to which you have read; else the last.")] = None,
) -> None:
    """Mark a thread as read."""
    session = session_of(context)
    with session.client() as parley:
        thread = parley.mark_thread_read(message_id, **({} if up_to is None else {"reply_id": up_to}))
    session.printer.thing(thread, f"{thread['unread_count']} unread")


@threads.command("follow")
def follow_thread(context: typer.Context, message_id: Root) -> None:
    """Follow a thread from now on."""
    session = session_of(context)
    with session.client() as parley:
        thread = parley.follow_thread(message_id)
    session.printer.thing(thread, f"Following {message_id}")


@threads.command("unfollow")
def unfollow_thread(context: typer.Context, message_id: Root) -> None:
    """Follow a thread no more, whoever replies."""
    session = session_of(context)
    with session.client() as parley:
        parley.unfollow_thread(message_id)
    session.printer.thing({"id": message_id, "following": False}, f"Not following {message_id}")


def arrange(
    context: typer.Context,
    conversation_id: str,
    label: Annotated[list[str] | None, typer.Option(help="All labels it is to have; may be repeated.")] = None,
    hide: Annotated[Hide | None, typer.Option(help="Until the next message, for good, or no more.")] = None,
    *,
    no_labels: Annotated[bool, typer.Option("--no-labels", help="Take its labels away.")] = False,
    pin: Annotated[bool | None, typer.Option("--pin/--unpin", help="Before all that is not pinned.")] = None,
    archive: Annotated[bool | None, typer.Option("--archive/--unarchive", help="In your own archive.")] = None,
) -> None:
    """Change how you keep a conversation in your list; nobody else is told."""
    session = session_of(context)
    if label and no_labels:
        raise typer.BadParameter("either --label or --no-labels")
    said: dict[str, Any] = {"pinned": pin, "archived_for_me": archive, "labels": [] if no_labels else label}
    change = {name: value for name, value in said.items() if value is not None}
    if hide is not None:
        change["hidden"] = {"until-message": "until_message", "always": "always", "no": None}[hide]
    if not change:
        raise typer.BadParameter("nothing to change")
    with session.client() as parley:
        kept = parley.update_settings(conversation_id, **change)
    session.printer.thing(kept, f"{conversation_id}: {_said(kept)}")


def _said(kept: Mapping[str, Any]) -> str:
    how = [name for name, key in (("pinned", "pinned"), ("archived", "archived_for_me")) if kept[key]]
    if kept["hidden"]:
        how.append(f"hidden {kept['hidden'].replace('_', ' ')}")
    return ", ".join([*how, *kept["labels"]]) or "as it came"


def clear(
    context: typer.Context,
    conversation_id: str,
    up_to: Annotated[str | None, typer.Option(help="The last message to clear; else all until now.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show yourself nothing of a history any more. The others see it as before. Cannot be undone."""
    session = session_of(context)
    if not yes:
        typer.confirm("Clear this history for yourself, for good?", abort=True, err=True)
    with session.client() as parley:
        cleared = parley.clear_history(conversation_id, **({} if up_to is None else {"message_id": up_to}))
    session.printer.thing(cleared, f"{conversation_id} is cleared")


def add_to(app: typer.Typer) -> None:
    """The commands of this module, in the command line."""
    app.command("list")(list_conversations)
    for command in (unread, arrange, clear):
        app.command()(command)
    app.add_typer(threads, name="threads")
