"""The emulator's function processes are few, shared and short-lived. MiniStack's own module runs these."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infrastructure.layers import ROOT
from infrastructure.local import workers
from infrastructure.local.servers import EMULATOR
from infrastructure.local.warm import FIRST
from infrastructure.routes import ROUTES

PRELUDE = """
import io, json, os, pathlib, sys, threading, time, zipfile
sys.path.append(os.environ["ROOT"])
from infrastructure.local import workers

bounds = workers.Bounds(processes=4, of_a_function=2, starting=2, patience=0.2, queue={queue})
runtime = workers.install(bounds, pathlib.Path(os.environ["UNPACKED"]))

def zipped(text, name="index.py"):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()

CODE = zipped("import os, time\\ndef handler(event, context):\\n    time.sleep(event)\\n    return os.getpid()")

def configuration(name):
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    return {"FunctionName": name, "FunctionArn": arn, "Runtime": "python3.11", "Handler": "index.handler", "Timeout": 9}

def call(name, seconds=0.0):
    worker, how = runtime.acquire_worker(name, configuration(name), CODE)
    if worker is None:
        return how
    try:
        return worker.invoke(seconds, "request")["result"]
    finally:
        runtime.release_worker(worker)

def calls(*arguments):
    answers = [None] * len(arguments)
    def run(place, each):
        answers[place] = call(*each)
    threads = [threading.Thread(target=run, args=each) for each in enumerate(arguments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers

def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

def processes():
    return sum(len(workers) for workers in runtime._workers.values())

try:
    {body}
finally:
    runtime.reset()
"""


def run(tmp_path: Path, body: str, *, queue: float = 60) -> Any:
    """What the script says last, as JSON."""
    script = PRELUDE.replace("{queue}", str(queue)).replace("{body}", body.strip().replace("\n", "\n    "))
    environment = {
        "ROOT": str(ROOT),
        "TMPDIR": str(tmp_path),
        "UNPACKED": str(tmp_path / "unpacked"),
        "PATH": "/usr/bin:/bin",
    }
    python = str(EMULATOR / "bin" / "python")
    done = subprocess.run([python, "-c", script], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_burst_shares_the_few_processes_of_its_function(tmp_path: Path) -> None:
    pids = run(tmp_path, 'print(json.dumps(calls(*[("one", 0.02)] * 20)))')
    assert len(pids) == 20
    assert len(set(pids)) <= 2


def test_a_second_process_starts_when_the_first_stays_busy(tmp_path: Path) -> None:
    pids = run(tmp_path, 'call("one")\nprint(json.dumps(calls(("one", 1.0), ("one", 0.1))))')
    assert len(set(pids)) == 2


def test_a_call_that_gets_no_process_in_time_is_throttled(tmp_path: Path) -> None:
    answers = run(tmp_path, 'call("one")\nprint(json.dumps(calls(*[("one", 6.0)] * 3)))', queue=1.5)
    assert answers.count("func_cap") == 1


def test_the_process_that_idled_longest_makes_room_for_another_function(tmp_path: Path) -> None:
    body = """
pids = [call(name) for name in ("a", "b", "c", "d")]
again = call("a")
new = call("e")
print(json.dumps([again == pids[0], [alive(pid) for pid in pids], alive(new), processes()]))
"""
    assert run(tmp_path, body) == [True, [True, False, True, True], True, 4]


def test_a_busy_process_makes_room_for_none(tmp_path: Path) -> None:
    body = """
for name in "abcd":
    call(name)
answers = calls(("a", 3.0), ("b", 3.0), ("c", 3.0), ("d", 3.0), ("e",))
print(json.dumps([answers[4] if isinstance(answers[4], str) else "served", processes()]))
"""
    assert run(tmp_path, body, queue=1) == ["func_cap", 4]


def test_idle_processes_end_the_first_of_a_function_too_and_start_again_when_called(tmp_path: Path) -> None:
    body = """
first = call("one")
young = runtime.reap_idle_workers(60)
ended = runtime.reap_idle_workers(0)
second = call("one")
print(json.dumps([young, ended, alive(first), alive(second), first != second]))
"""
    assert run(tmp_path, body) == [0, 1, False, True, True]


def test_a_websocket_call_holds_its_process_while_it_runs(tmp_path: Path) -> None:
    body = """
call("one")
leased = runtime.get_or_create_worker("one", configuration("one"), CODE)
thread = threading.Thread(target=leased.invoke, args=(1.0, "request"))
thread.start()
time.sleep(0.3)
during = runtime.reap_idle_workers(0)
thread.join()
print(json.dumps([during, runtime.reap_idle_workers(0), processes()]))
"""
    assert run(tmp_path, body) == [0, 1, 0]


def test_all_processes_share_one_copy_of_what_is_unpacked(tmp_path: Path) -> None:
    run(tmp_path, 'print(json.dumps(calls(("a",), ("b",), ("c",), ("a", 0.5), ("a", 0.5))))')
    assert len(list((tmp_path / "unpacked").iterdir())) == 1
    assert not list(tmp_path.rglob("*.zip"))


def test_another_stack_starts_functions_from_what_is_unpacked_already(tmp_path: Path) -> None:
    run(tmp_path, 'print(json.dumps(call("a")))')
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    (unpacked / "index.py").write_text("def handler(event, context):\n    return 'as unpacked'")
    assert run(tmp_path, 'print(json.dumps(call("a")))') == "as unpacked"


def test_what_no_function_was_started_from_for_long_is_forgotten(tmp_path: Path) -> None:
    old, used = tmp_path / "old", tmp_path / "used"
    for each in (old, used):
        (each / "module").mkdir(parents=True)
    os.utime(old, (0, 0))
    workers.forget_unused(tmp_path)
    assert (old.exists(), used.exists()) == (False, True)


def test_starting_from_what_is_unpacked_counts_as_use(tmp_path: Path) -> None:
    run(tmp_path, 'print(json.dumps(call("a")))')
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    os.utime(unpacked, (0, 0))
    run(tmp_path, 'print(json.dumps(call("a")))')
    workers.forget_unused(tmp_path / "unpacked")
    assert unpacked.exists()


def test_another_release_of_ministack_is_refused(tmp_path: Path) -> None:
    body = """
del runtime.reap_idle_workers
try:
    workers.Pool(runtime, workers.Bounds(), pathlib.Path()).install()
except RuntimeError as error:
    print(json.dumps(str(error)))
"""
    assert "reap_idle_workers" in run(tmp_path, body)


def test_the_whole_stack_stays_within_a_laptops_memory() -> None:
    """50 MiB a process, as measured, beside 320 MiB of MiniStack and osmem."""
    assert workers.Bounds().processes * 50 + 320 < 2.5 * 1024


@pytest.mark.parametrize("bound", ["of_a_function", "starting"])
def test_no_function_takes_all_of_them(bound: str) -> None:
    assert 1 < getattr(workers.Bounds(), bound) < workers.Bounds().processes


def test_what_is_warmed_are_routes() -> None:
    assert set(FIRST) <= {f"{route.method} {route.path}" for route in ROUTES}
