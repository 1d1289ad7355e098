"""What is known of a local stack, in its `stack.json`: other processes find the stack there."""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class StackState:
    """`deployed` is the hash of what was deployed, empty until a deploy has succeeded. `keeper` is absent (0) when the
    servers are not ours (LocalStack), `pages_url` is empty where no pages are served.
    """

    endpoint: str
    search_endpoint: str
    keeper: int = 0
    processes: dict[str, int] = field(default_factory=dict)
    persistent: bool = False
    bootstrapped: bool = False
    deployed: str = ""
    api_id: str = ""
    api_url: str = ""
    socket_api_id: str = ""
    socket_url: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    tokens_file: str = ""
    pages_url: str = ""

    def updated(self, **changes: Any) -> "StackState":
        return replace(self, **changes)


def load(directory: Path) -> StackState | None:
    """The state in a stack's directory; None when there is none.

    Of a state that another version of this code wrote, what this one knows is taken: its processes may be alive.
    """
    try:
        written = json.loads((directory / "stack.json").read_text())
        return StackState(**{each.name: written[each.name] for each in fields(StackState) if each.name in written})
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def save(directory: Path, state: StackState) -> None:
    """Replace the file at once, so that a reader never sees half of it."""
    directory.mkdir(parents=True, exist_ok=True)
    new = directory / "stack.json.new"
    new.write_text(json.dumps(asdict(state), indent=2) + "\n")
    new.replace(directory / "stack.json")


def forget(directory: Path) -> None:
    (directory / "stack.json").unlink(missing_ok=True)
