"""TCP ports of this machine: all servers listen on the loopback address alone."""

import os
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


class PortTaken(OSError):
    """A port that was asked for by name is in use."""


def is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that nobody uses now. Another process may take it before a server does; starting again picks another."""
    with socket.socket() as candidate:
        candidate.bind((LOOPBACK, 0))
        return int(candidate.getsockname()[1])


def chosen(variable: str, usual: int) -> int:
    """The port that the environment variable names, else the usual one, else any free one."""
    if configured := os.environ.get(variable):
        if not is_free(int(configured)):
            raise PortTaken(f"{variable}={configured}: the port is in use")
        return int(configured)
    return usual if is_free(usual) else any_free()


def remembered(variable: str, usual: int, file: Path) -> int:
    """The port that was taken the last time, as the file says, if it is free; `chosen` otherwise.

    What a browser keeps (drafts, a login, a bookmark) belongs to an address with its port.
    """
    last = file.read_text().strip() if file.exists() else ""
    port = chosen(variable, int(last) if last.isdigit() else usual)
    file.write_text(f"{port}\n")
    return port
