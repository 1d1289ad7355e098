"""A GiB through the deployed local stack: the uploader in a process of its own, S3's event, the queue, the check.

What it shows is memory: neither the client nor any function may take more for a GiB than for 11 MiB. The time says
nothing of AWS; MiniStack itself keeps objects in memory, once for the parts and again for each copy, so it needs about
four times the file's size. `PARLEY_BENCH_MIB` uploads another size.
"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from infrastructure.layers import ROOT
from infrastructure.local import stack
from infrastructure.local.stack import RunningStack
from tests.benchmarks.tables import print_table
from tests.support.clients import samples

MIB = 1024 * 1024
SMALL_MIB = 11
LARGE_MIB = int(os.environ.get("PARLEY_BENCH_MIB", "1024"))
MORE_ALLOWED_MIB = 64
"""How much more a GiB may take than 11 MiB: a part that is written anew, and what allocators keep."""
CHECK_SECONDS = 900
FUNCTIONS = ("start_upload", "sign_parts", "get_progress", "complete_upload", "process_upload")
UPLOAD = """
import json, sys
from pathlib import Path
from parley_client import Client
from parley_client.uploads import Uploader
uploader = Uploader(Client(sys.argv[1], sys.argv[2]), workers=4, verdict_seconds=0)
media_id = uploader.upload(sys.argv[3], sys.argv[4])
status = Path("/proc/self/status").read_text()
print(json.dumps({"media_id": media_id, "peak_kib": int(status.partition("VmHWM:")[2].split()[0])}))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an upload took, and the most MiB that each process has had until then; MiniStack's is under no name."""

    name: str
    upload_seconds: float
    check_seconds: float
    client: float
    peaks: dict[str, float]

    def row(self) -> list[str]:
        peaks = [self.client, *(self.peaks[name] for name in (*FUNCTIONS, ""))]
        times = [f"{self.upload_seconds:.1f}", f"{self.check_seconds:.1f}"]
        return [self.name, *times, *(f"{peak:.0f}" for peak in peaks)]


def main() -> None:
    """Print time and memory of text, which S3 copies, and of a film, which is written anew without its place."""
    with tempfile.TemporaryDirectory() as folder, stack.isolated(ROOT / ".local" / "benchmark") as running:
        path = Path(folder) / "upload"
        measured = []
        for make, content_type in ((_write_text, "text/plain"), (_write_film, "video/mp4")):
            for mebibytes in (SMALL_MIB, LARGE_MIB):
                make(path, mebibytes)
                measured.append(_upload(running, f"{content_type}, {mebibytes:,} MiB", path, content_type))
    print_table(
        "Through the local stack: seconds, and the most MiB that each process has had until then",
        ["", "upload s", "checked s", "client", *FUNCTIONS, "MiniStack"],
        [each.row() for each in measured],
    )
    for small, large in (measured[:2], measured[2:]):
        assert large.client - small.client < MORE_ALLOWED_MIB, "the client's memory grows with the file"
        for name in FUNCTIONS:
            more = large.peaks[name] - small.peaks[name]
            assert more < MORE_ALLOWED_MIB, f"{name} takes {more:.0f} MiB more for the larger file"


def _write_text(path: Path, mebibytes: int) -> None:
    block = os.urandom(MIB // 2).hex().encode()
    with path.open("wb") as file:
        for _ in range(mebibytes):
            file.write(block)


def _write_film(path: Path, mebibytes: int) -> None:
    """A short film that tells its place, and as much more media data as makes it this long."""
    film = samples.video(path.with_suffix(".mp4"), "libx264", metadata={"location": "+51.7520-001.2577/"})
    left = mebibytes * MIB - len(film)
    with path.open("wb") as file:
        file.write(film + struct.pack(">I4sQ", 1, b"mdat", left))
        file.truncate(mebibytes * MIB)


def _upload(running: RunningStack, name: str, path: Path, content_type: str) -> Measured:
    token = running.credentials.alice
    started = time.perf_counter()
    command = [sys.executable, "-c", UPLOAD, running.state.api_url, token, str(path), content_type]
    ended = subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT / "clients/python")})  # noqa: S603 - ourselves
    result = json.loads(ended.stdout)
    uploaded = time.perf_counter()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=running.state.api_url, headers=headers, timeout=60, trust_env=False) as api:
        while (media := api.get(f"/v1/media/{result['media_id']}").json())["status"] in {"uploading", "processing"}:
            assert time.perf_counter() - uploaded < CHECK_SECONDS, "the check does not end"
            time.sleep(0.5)
        checked = time.perf_counter()
        peaks = _peaks(running)
        assert media["status"] == "ready", media
        assert media["uploaded_size"] == path.stat().st_size
        api.delete(f"/v1/media/{result['media_id']}").raise_for_status()
    return Measured(name, uploaded - started, checked - uploaded, result["peak_kib"] / 1024, peaks)


def _peaks(running: RunningStack) -> dict[str, float]:
    """The most MiB that each function's environment has had."""
    peaks = {"": _peak(Path(f"/proc/{running.state.processes['ministack']}"))}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            entries = (process / "environ").read_text(errors="replace").split("\0")
            environment = dict(entry.split("=", 1) for entry in entries if "=" in entry)
            name = environment.get("AWS_LAMBDA_FUNCTION_NAME", "")
            if name and environment.get("AWS_ENDPOINT_URL") == running.state.endpoint:
                function = name.rpartition("-")[2]
                peaks[function] = max(peaks.get(function, 0), _peak(process))
    return peaks


def _peak(process: Path) -> float:
    return int((process / "status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
