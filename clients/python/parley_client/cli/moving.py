"""`parley move-in`: what another chat holds, with its own times, by Parley's import job."""

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
    if found["status"] == "failed":
        raise typer.Exit(REFUSED)


def _say(printer: Printer, found: Import) -> None:
    for problem in found["problems"]:
        fail(f"line {problem['line']}: {problem['detail']}")
    if found["problem_count"] > len(found["problems"]):
        fail(f"and {found['problem_count'] - len(found['problems'])} more")
    counts = found["done"] or found["lines"]
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))
    printer.thing(found, f"{found['status']}: {said}")
