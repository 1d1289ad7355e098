"""The files of an export: a ZIP, a folder, or one file of JSON or JSON lines."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class NotAnExport(ValueError):
    """A file that is no export of the service's."""


class Files:
    """What an export holds, by name: `users.json`, or `general/2024-03-01.json`."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        self._root = path
        if self._archive is not None:
            self.names = sorted(name for name in self._archive.namelist() if not name.endswith("/"))
        elif path.is_dir():
            self.names = sorted(str(each.relative_to(path)) for each in path.rglob("*") if each.is_file())
        else:
            self._root, self.names = path.parent, [path.name]

    def within(self, folder: str, ending: str) -> list[str]:
        """The files right in a folder, in the order of their names."""
        inside = (name for name in self.names if name.startswith(f"{folder}/") and name.endswith(ending))
        return [name for name in inside if "/" not in name.removeprefix(f"{folder}/")]

    def json(self, name: str) -> Any:
        """What a file holds; None where there is none. Raises `NotAnExport` for one that is no JSON."""
        if name not in self.names:
            return None
        try:
            return json.loads(self._read(name))
        except ValueError:
            raise NotAnExport(f"{name} is no JSON") from None

    def values(self, name: str) -> Iterator[Any]:
        """The values of a file: those of its list, its one value, or one a line."""
        text = self._read(name).decode("utf-8-sig", errors="replace")
        try:
            whole = json.loads(text)
        except ValueError:
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except ValueError:
                        raise NotAnExport(f"{name}, line {number}, is no JSON") from None
            return
        yield from whole if isinstance(whole, list) else [whole]

    def _read(self, name: str) -> bytes:
        if self._archive is not None:
            return self._archive.read(name)
        return (self._root / name).read_bytes()
