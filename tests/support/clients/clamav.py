"""A real clamd, where this machine has one: on a port of its own, with one signature, which needs no network."""

import hashlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infrastructure.local import ports

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner takes for a virus, and no machine."""
LONGEST = 1024 * 1024
START_SECONDS = 60


def binary() -> str | None:
    """The daemon of this machine, if it has one; Debian keeps it where only root's PATH leads."""
    return shutil.which("clamd", path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"]))


@contextmanager
def clamd(directory: Path) -> Iterator[str]:
    """Run it for as long as the context lasts; its address."""
    command, port = binary(), ports.any_free()
    assert command is not None
    signatures = directory / "signatures"
    signatures.mkdir()
    digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
    (signatures / "test.hdb").write_text(f"{digest}:{len(EICAR)}:Test.EICAR\n")
    (signatures / "test.ndb").write_text(f"Test.EICAR.Inside:0:*:{EICAR.hex()}\n")
    settings = directory / "clamd.conf"
    settings.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {signatures}\n"
        f"TemporaryDirectory {directory}\nStreamMaxLength {LONGEST}\nMaxThreads 2\nLogFile {directory}/clamd.log\n"
    )
    daemon = subprocess.Popen(  # noqa: S603 - the machine's own scanner
        [command, "--config-file", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(daemon, port, directory / "clamd.log")
        yield f"127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait(10)


def _wait(daemon: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            output = log.read_text() if log.exists() else ""
            assert daemon.poll() is None, output
            assert time.monotonic() < deadline, output
            time.sleep(0.1)
        else:
            return
