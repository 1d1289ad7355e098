"""`parley convert`: an export of another service as a file that `parley move-in` takes."""

from pathlib import Path
from typing import Annotated

import typer

from parley_client.cli.printing import fail
from parley_client.cli.session import session_of
from parley_client.imports.converters import NotAnExport, Service, convert

MISUSED = 2


def convert_file(
    context: typer.Context,
    service: Annotated[Service, typer.Argument(help="Whose export it is.")],
    export: Annotated[Path, typer.Argument(help="A ZIP, a folder or a file, as the service gives it.", exists=True)],
    file: Annotated[Path, typer.Argument(help="Where the lines go.", dir_okay=False)],
) -> None:
    """Convert an export of another service; then `parley move-in FILE --check`. What is left out is told."""
    session = session_of(context)
    try:
        with file.open("w", encoding="utf-8") as lines:
            written, left_out = convert(service, export, lines)
    except NotAnExport as wrong:
        fail(str(wrong))
        raise typer.Exit(MISUSED) from None
    said = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in written.items())
    lost = "".join(f"\nLeft out: {count} {why}" for why, count in sorted(left_out.items()))
    session.printer.thing({"lines": dict(written), "left_out": dict(left_out)}, f"Written: {said or 'nothing'}{lost}")
