"""A real Kafka broker in KRaft mode on loopback ports, from its jars.

These tests are collected where Java and Maven are: the product needs neither.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infrastructure.layers import ROOT
from infrastructure.local.ports import any_free

collect_ignore_glob = [] if shutil.which("java") and shutil.which("mvn") else ["test_*.py"]

HOME = ROOT / ".local" / "kafka"
CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
SECONDS = 60
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
auto.create.topics.enable=false
"""


@dataclass
class Broker:
    """The broker; `stop` and `start` keep what it holds."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def java(self, *arguments: str) -> list[str]:
        return ["java", "-Xmx512m", "-cp", f"{HOME / 'lib'}/*", *arguments]

    def start(self) -> None:
        log = self.folder / "kafka.log"
        with log.open("wb") as output:
            command = self.java("kafka.Kafka", str(self.folder / "server.properties"))
            self.process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603 - our own broker
        deadline = time.monotonic() + SECONDS
        while "Kafka Server started" not in log.read_text(errors="replace"):
            died = self.process.poll() is not None or time.monotonic() > deadline
            assert not died, log.read_text(errors="replace")[-2000:]
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(SECONDS)
            self.process = None


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not (HOME / "lib").is_dir():
        output = f"-DoutputDirectory={HOME / 'lib'}"
        command = [
            "mvn",
            "-q",
            "-B",
            "-f",
            str(Path(__file__).parent / "pom.xml"),
            "dependency:copy-dependencies",
            output,
        ]
        subprocess.run(command, check=True, timeout=600)  # noqa: S603 - Maven fetches what the pom pins
    folder = tmp_path_factory.mktemp("kafka")
    port, controller = any_free(), any_free()
    properties = PROPERTIES.format(port=port, controller=controller, logs=folder / "logs")
    (folder / "server.properties").write_text(properties)
    made = Broker(f"127.0.0.1:{port}", folder)
    tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(folder / "server.properties")]
    subprocess.run(made.java(*tool), check=True, capture_output=True)  # noqa: S603 - our own broker
    made.start()
    yield made
    made.stop()
