"""`parley import`: what another chat holds, from a file of JSON lines."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from parley_client.cli.printing import Printer, fail
from parley_client.cli.session import session_of
from parley_client.imports import Checked, Importer, OtherPlace, Report, State, check
from parley_client.imports.importer import WORKERS

REFUSED, MISUSED = 1, 2
SHOWN = 100
"""Bad lines that are shown to a person; with --json all of them are."""


def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON lines; docs/import-file.md has their form.", exists=True, dir_okay=False)
    ],
    source: Annotated[str, typer.Option(help="Where its ids are from: two sources may use the same ids.")] = "import",
    state: Annotated[Path | None, typer.Option(help="How far it has come; FILE.state if it is left out.")] = None,
    workers: Annotated[int, typer.Option(help="Conversations at once.", min=1, max=64)] = WORKERS,
    *,
    only_check: Annotated[bool, typer.Option("--check", help="Say what is wrong with the file, make nothing.")] = False,
) -> None:
    """Import users, conversations and messages by a server token; run it again to go on, or to see that all is there.

    Exits with 1 where Parley refused a line, with 2 where the file is wrong; then nothing was made.
    """
    session = session_of(context)
    checked = check(file)
    if checked.problems:
        _say_problems(session.printer, checked)
        raise typer.Exit(MISUSED)
    if only_check:
        session.printer.thing({"lines": checked.counts}, f"Nothing is wrong: {_listed(checked.counts)}")
        return
    place = state or file.with_name(f"{file.name}.state")
    try:
        with session.client() as parley, State(place, session.profile.url, source) as kept:
            report = _run(session.printer, checked, Importer(parley, kept, source=source, workers=workers))
    except OtherPlace as other:
        fail(str(other))
        raise typer.Exit(MISUSED) from None
    _say_report(session.printer, report)
    if report.failures:
        raise typer.Exit(REFUSED)


def _run(printer: Printer, checked: Checked, importer: Importer) -> Report:
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=printer.as_json, transient=True) as bar:
        tasks = {kind: bar.add_task(f"{kind}s", total=count) for kind, count in checked.counts.items()}
        importer.progress = lambda kind: bar.advance(tasks[kind])
        return importer.run(checked)


def _say_problems(printer: Printer, checked: Checked) -> None:
    shown = checked.problems if printer.as_json else checked.problems[:SHOWN]
    for problem in shown:
        if printer.as_json:
            printer.thing({"line": problem.line, "problem": problem.detail}, "")
        else:
            fail(f"line {problem.line}: {problem.detail}")
    if len(checked.problems) > len(shown):
        fail(f"and {len(checked.problems) - len(shown)} more")


def _say_report(printer: Printer, report: Report) -> None:
    for failure in report.failures:
        if printer.as_json:
            said = {"line": failure.line, "type": failure.type, "refused": failure.detail}
            printer.thing(said, "")
        else:
            fail(f"line {failure.line}: {failure.detail}")
    summary = {"made": report.made, "there": report.known, "refused": len(report.failures)}
    lines = f"Made {_listed(report.made)}. There already: {_listed(report.known)}. Refused: {len(report.failures)}."
    printer.thing(summary, lines)


def _listed(counts: Counter[str]) -> str:
    return (
        ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items() if count) or "nothing"
    )
