"""What commands print: tables and lines for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


class Printer:
    """With `as_json`, each thing is one line of JSON and nothing else is printed."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console()

    def thing(self, said: Any, line: str) -> None:
        """One thing, as a line for people."""
        if self.as_json:
            self._json(said)
        else:
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def rows(self, items: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Things of one kind, with some of their fields."""
        if self.as_json:
            for item in items:
                self._json(item)
            return
        table = Table(*columns, box=None, pad_edge=False)
        for item in items:
            table.add_row(*(_cell(item.get(column)) for column in columns))
        self.console.print(table)

    @staticmethod
    def _json(said: Any) -> None:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("[", r"\[")


def fail(line: str) -> None:
    """Say on stderr what went wrong."""
    Console(stderr=True).print(line, style="red", markup=False, highlight=False, soft_wrap=True)
