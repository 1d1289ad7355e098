"""The commands. Exit codes: 0 done, 1 refused, 2 misused, 3 no login or a refused token, 4 nothing answers."""

import html
import mimetypes
import os
import re
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from parley_client.cli import (
    commanding,
    composing,
    doctoring,
    importing,
    inbox,
    people,
    personal,
    polling,
    profiles,
    telling,
)
from parley_client.cli.announcing import announce
from parley_client.cli.community import community
from parley_client.cli.conversation_types import types
from parley_client.cli.converting import convert_file
from parley_client.cli.grouping import groups
from parley_client.cli.holding import holds, retention
from parley_client.cli.moving import imports, move_in
from parley_client.cli.printing import Printer, fail
from parley_client.cli.profiles import NoProfile, Profile
from parley_client.cli.reviewing import review
from parley_client.cli.session import Session, session_of
from parley_client.client import Client
from parley_client.errors import ParleyError, Refused, Unauthenticated, Unreachable
from parley_client.uploads import Uploader

app = typer.Typer(help="Parley by hand.", no_args_is_help=True, pretty_exceptions_enable=False)
tenants = typer.Typer(help="Tenants; for the operator.", no_args_is_help=True)
keys = typer.Typer(help="A tenant's signing keys.", no_args_is_help=True)
app.add_typer(tenants, name="tenants")
app.add_typer(keys, name="keys")
app.add_typer(people.users, name="users")
app.add_typer(community, name="community")
app.add_typer(groups, name="groups")
app.add_typer(types, name="types")
app.add_typer(holds, name="holds")
app.add_typer(announce, name="announce")
app.add_typer(imports, name="imports")
app.add_typer(review, name="review")
app.add_typer(personal.drafts, name="drafts")
app.add_typer(personal.bookmarks, name="bookmarks")
app.add_typer(polling.polls, name="poll")
inbox.add_to(app)
app.add_typer(personal.later, name="later")
app.command("import")(importing.import_file)
app.command("move-in")(move_in)
app.command("convert")(convert_file)
app.command("send-batch")(composing.send_batch)
app.command("forward")(composing.forward)
app.command("event")(telling.send_event)
app.command("whisper")(telling.whisper)
app.command("commands")(commanding.list_commands)
app.command("run")(commanding.run_command)
app.command("retention")(retention)
app.command("remove-preview")(composing.remove_preview)

REFUSED, NOT_LOGGED_IN, NO_ANSWER = 1, 3, 4
WAIT_SECONDS = 1.0
_TAG = re.compile(r"</?em>")


Context = typer.Context


@app.callback()
def main(
    context: Context,
    profile: Annotated[str, typer.Option(help="Which profile of `parley login`.", envvar="PARLEY_PROFILE")] = "default",
    as_user: Annotated[str | None, typer.Option("--as", help="Act for a user; needs a server token.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, a line each.")] = False,
) -> None:
    """Parley by hand."""
    context.obj = Session(profile, profiles.load(profile), Printer(as_json=json), as_user)


@app.command()
def login(
    context: Context,
    url: Annotated[str, typer.Option(prompt=True, help="Where the API is.")],
    sockets_url: Annotated[str, typer.Option(help="Where the sockets are: `wss://…`; for `tail`.")] = "",
    token: Annotated[str, typer.Option(help="A token, or the operator's key.")] = "",
    kid: Annotated[str, typer.Option(help="A tenant's key, of which tokens are made, in place of a token.")] = "",
    secret: Annotated[str, typer.Option(help="Its secret; asked for if it is left out.")] = "",
    user: Annotated[str, typer.Option(help="With a key: speak as this user, else as the back end.")] = "",
) -> None:
    """Keep where Parley is and as whom to speak to it. Nothing is kept that does not work."""
    session = session_of(context)
    if kid and not secret:
        secret = typer.prompt("Secret", hide_input=True)
    if not kid and not token:
        token = typer.prompt("Token", hide_input=True)
    profile = Profile(url, sockets_url, token, kid, secret, user)
    with profile.client() as parley:
        parley.health()
        doctoring.check_token(parley)
    path = profiles.save(session.profile_name, profile)
    session.printer.thing({"profile": session.profile_name}, f"Kept as {session.profile_name} in {path}")


@app.command()
def doctor(context: Context) -> None:
    """Look at a stage and say what is wrong with it. Exits with 1 where something is."""
    session = session_of(context)
    with session.client() as parley:
        findings = list(doctoring.examine(parley, session.profile.sockets_url))
    for finding in findings:
        mark = "ok" if finding.is_well else "BAD"
        session.printer.thing(finding.said(), f"{mark:<4}{finding.name}: {finding.words}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(REFUSED)


@app.command()
def send(
    context: Context,
    conversation_id: str,
    text: Annotated[str, typer.Argument(help="`-` reads it from the standard input.")],
    reply_to: Annotated[str | None, typer.Option(help="The message that it replies to.")] = None,
    quote: Annotated[str | None, typer.Option(help="The message that it shows as a quote.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="What kind of message it is; `system` needs a server token.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="A place to send with it: `48.137,11.575`.")] = None,
    attach: Annotated[list[Path] | None, typer.Option(help="A file to send with it; may be repeated.")] = None,
    key: Annotated[str | None, typer.Option(help="An idempotency key: the same one sends nothing twice.")] = None,
    *,
    silent: Annotated[bool, typer.Option("--silent", help="Unread for nobody, and pushed to nobody.")] = False,
) -> None:
    """Send a message."""
    session = session_of(context)
    with session.client() as parley:
        body: dict[str, Any] = {"conversation_id": conversation_id, "text": sys.stdin.read() if text == "-" else text}
        if reply_to is not None:
            body["parent_id"] = reply_to
        if quote is not None:
            body["quoted_message_id"] = quote
        body |= composing.kind_of(kind, at=at, silent=silent)
        if attach:
            body["attachments"] = [_upload(parley, path, session.printer) for path in attach]
        sent = parley.send_message(**body, idempotency_key=key)
    session.printer.thing(sent, sent["id"])


@app.command()
def tail(
    context: Context,
    conversation_id: Annotated[str | None, typer.Argument(help="One conversation; else all.")] = None,
    count: Annotated[int, typer.Option("-n", help="How many of the newest messages first.")] = 10,
    until: Annotated[int | None, typer.Option(help="Stop after so many events.")] = None,
) -> None:
    """Follow what is said, live."""
    from parley_client.realtime.events import Events  # noqa: PLC0415 - an extra of the package

    session = session_of(context)
    if not session.profile.sockets_url:
        raise typer.BadParameter("the profile has no --sockets-url")
    with session.client() as parley:
        cursor = parley.list_events()["next_cursor"]
        if conversation_id is not None and count:
            for message in reversed(parley.list_messages(conversation_id, limit=count)["data"]):
                _print_message(session.printer, message)
        told = 0
        for event in Events(parley, session.profile.sockets_url, cursor=cursor):
            if conversation_id is not None and event["conversation_id"] != conversation_id:
                continue
            if event["type"] == "message.created":
                _print_message(session.printer, event["data"], event)
            else:
                session.printer.thing(event, f"· {event['type']} {event.get('entity_id') or ''}")
            told += 1
            if told == until:
                return


def _print_message(printer: Printer, message: Any, event: Any = None) -> None:
    """A message; an event that was too large for a socket holds a reference in its place."""
    if "reference" in message:
        printer.thing(event, f"· a long message: {message['reference']}")
        return
    poll = message.get("poll")
    words = "(deleted)" if message.get("deleted_at") else message.get("text") or (poll or {}).get("question", "")
    files = "".join(f" [{each['filename'] or each['media_id']}]" for each in message.get("attachments") or [])
    printer.thing(event or message, f"{message['created_at']} {message['author_id']}: {words}{files}")


@app.command()
def upload(
    context: Context,
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    content_type: Annotated[str | None, typer.Option(help="Guessed by the name if it is left out.")] = None,
) -> None:
    """Upload a file, in parts that survive a lost connection, and wait for its check."""
    session = session_of(context)
    with session.client() as parley:
        media_id = _upload(parley, path, session.printer, content_type)
    session.printer.thing({"media_id": media_id}, media_id)


def _upload(parley: Client, path: Path, printer: Printer, content_type: str | None = None) -> str:
    kind = content_type or mimetypes.guess_type(path)[0] or "application/octet-stream"
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=printer.as_json, transient=True) as bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        uploader = Uploader(parley, progress=lambda done, whole: bar.update(task, completed=done, total=whole))
        return uploader.upload(path, kind)


@app.command()
def search(
    context: Context,
    query: str,
    sort: Annotated[str, typer.Option(help="`relevance` or `recent`.")] = "relevance",
    message_type: Annotated[
        str | None, typer.Option(help="Only messages of a type: `regular`, `system`, or one of your own.")
    ] = None,
    limit: int = 10,
) -> None:
    """Search messages: words, "phrases", -negation, from:, in:, has:, before:, after:."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.search_messages(
            q=query, sort="recent" if sort == "recent" else "relevance", message_type=message_type, limit=limit
        )
    for hit in found["data"]:
        message = hit["message"]
        fragment = " … ".join(html.unescape(_TAG.sub("", each)) for each in hit["highlights"]) or message["text"] or ""
        session.printer.thing(hit, f"{message['created_at']} {message['author_id']}: {fragment}")
    if not found["data"] and found["did_you_mean"] and not session.printer.as_json:
        session.printer.console.print(f"Nothing. Did you mean {found['did_you_mean']}?", markup=False)


@app.command()
def token(context: Context, user_id: str, ttl_seconds: int = 3600) -> None:
    """Make a token for a user, by a server token."""
    session = session_of(context)
    with session.client() as parley:
        made = parley.mint_token(user_id=user_id, ttl_seconds=ttl_seconds)
    session.printer.thing(made, made["token"])


@app.command()
def export(
    context: Context,
    folder: Annotated[Path, typer.Argument(help="Where its files go.", file_okay=False)],
    user_id: Annotated[str | None, typer.Option(help="One user; else, by a server token, the whole tenant.")] = None,
) -> None:
    """Export a tenant or a user, and fetch the files."""
    session = session_of(context)
    with session.client() as parley:
        job = parley.start_export(user_id=user_id)
        with Progress(disable=session.printer.as_json, transient=True) as bar:
            task = bar.add_task("exporting", total=100)
            while job["status"] in {"queued", "running"}:
                bar.update(task, completed=job["percent"])
                time.sleep(WAIT_SECONDS)
                job = parley.get_export(job["id"])
        if job["status"] == "failed":
            raise typer.Exit(REFUSED)
        folder.mkdir(parents=True, exist_ok=True)
        for file in job["files"]:
            parley.fetch(file["url"], folder / Path(file["name"]).name)
            session.printer.thing(file, str(folder / Path(file["name"]).name))


@app.command()
def reindex(
    context: Context,
    source: Annotated[str, typer.Option(help="`index`, or `table` where the index is lost.")] = "index",
) -> None:
    """Rebuild the search indices, switch to the new ones and keep them; for the operator."""
    session = session_of(context)
    with session.client() as parley:
        job = parley.start_reindex(source="table" if source == "table" else "index")
        while job["status"] == "running":
            time.sleep(WAIT_SECONDS)
            job = parley.get_reindex(job["id"])
        if job["status"] == "switched":
            job = parley.confirm_reindex(job["id"])
    session.printer.thing(job, f"{job['status']} {job['detail'] or ''}".strip())
    if job["status"] != "confirmed":
        raise typer.Exit(REFUSED)


@app.command()
def audit(
    context: Context,
    tenant_id: Annotated[str | None, typer.Option("--tenant", help="Whose; an operator names it.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this act, such as `key.created`.")] = None,
    actor: Annotated[str | None, typer.Option(help="`operator`, `server` or `user`, or `user:alice`.")] = None,
    target: Annotated[str | None, typer.Option(help="`webhook`, or `user:alice`.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="From this moment on: 2026-11-23T09:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Up to this moment.")] = None,
    count: Annotated[int, typer.Option("-n", min=1, help="How many at most.")] = 50,
) -> None:
    """Who did what, when and from where; the newest first."""
    session = session_of(context)
    asked: dict[str, Any] = {"tenant_id": tenant_id, "action": action, "from_": since, "to": until}
    for name, value in (("actor", actor), ("target", target)):
        kind, _, identifier = (value or "").partition(":")
        asked |= {name: kind or None, f"{name}_id": identifier or None}
    with session.client() as parley:
        lines = islice(parley.iterate_audit(**asked, limit=min(count, 100)), count)
        session.printer.rows(lines if session.printer.as_json else map(_line, lines), _AUDIT_COLUMNS)


_AUDIT_COLUMNS = ("acted_at", "action", "target", "actor", "address")


def _line(line: Any) -> dict[str, Any]:
    shown = {name: line[name] for name in _AUDIT_COLUMNS}
    for name in ("target", "actor"):
        shown[name] = ":".join(filter(None, (line[name], line[f"{name}_id"])))
    return shown


@tenants.command("create")
def create_tenant(context: Context, name: str, tenant_id: Annotated[str | None, typer.Option("--id")] = None) -> None:
    """Make a tenant."""
    session = session_of(context)
    with session.client() as parley:
        made = parley.create_tenant(name=name, id=tenant_id)
    session.printer.thing(made, made["id"])


@tenants.command("show")
def show_tenant(context: Context, tenant_id: str) -> None:
    """A tenant and its settings."""
    session = session_of(context)
    with session.client() as parley:
        found = parley.get_tenant(tenant_id)
    rows = [{"field": name, "value": value} for name, value in found.items()]
    if session.printer.as_json:
        session.printer.thing(found, "")
    else:
        session.printer.rows(rows, ("field", "value"))


@keys.command("create")
def create_key(context: Context, tenant_id: str) -> None:
    """Make a signing key. Its secret is shown this once."""
    session = session_of(context)
    with session.client() as parley:
        made = parley.create_key(tenant_id)
    session.printer.thing(made, f"{made['kid']} {made['secret']}")


@keys.command("list")
def list_keys(context: Context, tenant_id: str) -> None:
    """The signing keys of a tenant, without their secrets."""
    session = session_of(context)
    with session.client() as parley:
        session.printer.rows(parley.list_keys(tenant_id)["data"], ("kid", "algorithm", "created_at", "expires_at"))


@keys.command("delete")
def delete_key(context: Context, tenant_id: str, kid: str, overlap_seconds: int = 0) -> None:
    """Let a key sign no more, at once or after a while."""
    session = session_of(context)
    with session.client() as parley:
        parley.delete_key(tenant_id, kid, overlap_seconds=overlap_seconds)
    session.printer.thing({"kid": kid}, f"{kid} is deleted")


def run() -> None:
    """The command line; says what went wrong in one line."""
    try:
        app()
    except Unauthenticated as refused:
        fail(f"{refused.code}: log in anew: parley login")
        sys.exit(NOT_LOGGED_IN)
    except NoProfile as missing:
        fail(str(missing))
        sys.exit(NOT_LOGGED_IN)
    except Refused as refused:
        fail(f"{refused.document.get('detail') or refused} ({refused.code}, request {refused.request_id})")
        for each in refused.document.get("errors") or []:
            fail(f"  {each}")
        sys.exit(REFUSED)
    except Unreachable as silent:
        fail(f"Nothing answers: {silent}")
        sys.exit(NO_ANSWER)
    except ParleyError as failed:
        fail(str(failed))
        sys.exit(REFUSED)
    except BrokenPipeError:  # `parley tail | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)
