"""How far an import has come: a file of JSON lines beside what is imported, a line for each thing that is made."""

import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from parley_client.errors import ParleyError


class OtherPlace(ParleyError):
    """The state was written by an import to another Parley, another tenant or under another name of the source."""


class State:
    """What is made already, by type and the id in the file. Threads may share it; a process at a time has it.

    A line is written once Parley has answered. What an interruption has cut off is asked for again, with the same key.
    """

    def __init__(self, path: Path, url: str, source: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], str] = {}
        head = {"parley": url, "source": source}
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        if lines and lines[0] != _line(head):
            raise OtherPlace(f"{path} is of an import to another place ({lines[0].strip()}): remove it to begin anew")
        whole = [line for line in lines if line.endswith("\n")]
        for line in whole[1:]:
            kind, name, made = json.loads(line)
            self._made[kind, name] = made
        if len(whole) < len(lines):
            path.write_text("".join(whole))
        self._file = path.open("a")
        if not whole:
            self._file.write(_line(head))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def get(self, kind: str, name: str) -> str | None:
        """What Parley calls it, if it is made."""
        return self._made.get((kind, name))

    def first(self, kind: str) -> tuple[str, str] | None:
        """Any one of the kind that is made: its id in the file, and Parley's."""
        return next(((name, made) for (each, name), made in self._made.items() if each == kind), None)

    def put(self, kind: str, name: str, made: str) -> None:
        with self._lock:
            self._made[kind, name] = made
            self._file.write(_line([kind, name, made]))
            self._file.flush()


def _line(said: object) -> str:
    return json.dumps(said, ensure_ascii=True) + "\n"
