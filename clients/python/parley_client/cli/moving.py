"""`parley move-in`, `parley imports`: what another chat holds, with its own times, by Parley's import job."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from parley_client.cli.printing import Printer, fail
from parley_client.cli.session import session_of
from parley_client.generated.models import Import
from parley_client.imports import job

REFUSED, MISUSED = 1, 2
imports = typer.Typer(help="Imports of a tenant; for its back end.", no_args_is_help=True)


def move_in(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON lines; docs/import-file.md has their form.", exists=True)],
    source: Annotated[str, typer.Option(help="Where its ids are from: two sources may use the same ids.")] = "import",
    *,
    only_check: Annotated[bool, typer.Option("--check", help="Say what is wrong with the file, make nothing.")] = False,
) -> None:
    """Import a file whole: with times, read states and pins as they were, and nobody told. Needs a server token.

    Exits with 2 where the file is wrong; then nothing was made. A second run leaves what is there.
    """
    session = session_of(context)
    with session.client() as parley, Progress(console=Console(stderr=True), disable=session.printer.as_json) as bar:
        begun = job.upload(parley, file, source=source)
        task = bar.add_task("checking", total=100)
        found = job.check(parley, begun["id"])
        if found["status"] == "checked" and not only_check:
            bar.update(task, description="importing")
            found = job.start(parley, begun["id"], progress=lambda now: bar.update(task, completed=now["percent"]))
    _say(session.printer, found)
    if found["problems"]:
        raise typer.Exit(MISUSED)
    if found["status"] in {"failed", "cancelled"}:
        raise typer.Exit(REFUSED)


@imports.command("list")
def list_imports(
    context: typer.Context, count: Annotated[int, typer.Option("-n", min=1, help="How many at most.")] = 50
) -> None:
    """The imports, the newest first."""
    session = session_of(context)
    with session.client() as parley:
        found = islice(parley.iterate_imports(limit=min(count, 100)), count)
        session.printer.rows(found, ("id", "status", "percent", "source", "created_at"))


@imports.command()
def show(context: typer.Context, import_id: str) -> None:
    """How far an import is, and what is wrong with its file."""
    session = session_of(context)
    with session.client() as parley:
        _say(session.printer, parley.get_import(import_id))


@imports.command()
def cancel(context: typer.Context, import_id: str) -> None:
    """End an import where it stands. What it has written stays."""
    session = session_of(context)
    with session.client() as parley:
        _say(session.printer, parley.cancel_import(import_id))


def _say(printer: Printer, found: Import) -> None:
    for problem in found["problems"]:
        fail(f"line {problem['line']}: {problem['detail']}")
    if found["problem_count"] > len(found["problems"]):
        fail(f"and {found['problem_count'] - len(found['problems'])} more")
    counts = found["done"] or found["lines"]
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
    printer.thing(found, f"{found['status']}: {said}")
