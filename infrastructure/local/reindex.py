"""Rebuilding the search indices of the local stack by the operator's routes: `make reindex`, and where they are lost.

osmem keeps what it holds in memory, so a persistent stack that is started anew has its tables and no index.
"""

import time
from typing import Any

import httpx

from infrastructure.local import aws
from infrastructure.local.console import note
from infrastructure.local.deploy import STAGE
from infrastructure.local.state import StackState
from infrastructure.names import prefix

ROUTE = "/v1/admin/search/reindex"
EVERY_SECONDS = 0.5
REQUEST_SECONDS = 40.0
SECONDS = 1800.0
"""The jobs of every minute go on with what one run of them leaves."""


class RebuildFailed(RuntimeError):
    """The rebuild ended in another status than it should."""


def rebuild(current: StackState, operator_key: str, source: str) -> list[str]:
    """Rebuild from the present `index`, or from the `table`, saying how far it is; the new indices' names."""
    with _operator(current, operator_key) as operator:
        return _finish(current, operator, _asked(operator.post(ROUTE, json={"source": source})))


def rebuild_lost(current: StackState, operator_key: str) -> list[str]:
    """Rebuild from the table what the engine has lost. A rebuild that was under way has lost it too and ends."""
    with _operator(current, operator_key) as operator:
        started = operator.post(ROUTE, json={"source": "table"})
        if started.is_error and started.json()["code"] == "rebuild_under_way":
            _end(operator, started.json()["job_id"])
            started = operator.post(ROUTE, json={"source": "table"})
        return _finish(current, operator, _asked(started))


def _finish(current: StackState, operator: httpx.Client, job: Any) -> list[str]:
    """Work on a rebuild until it has switched, and confirm it."""
    _work(current)
    said, deadline = "", time.monotonic() + SECONDS
    while job["status"] == "running" and time.monotonic() < deadline:
        if _progress(job) != said:
            said = _progress(job)
            note(said)
        time.sleep(EVERY_SECONDS)
        job = _asked(operator.get(f"{ROUTE}/{job['id']}"))
    if job["status"] != "switched":
        raise RebuildFailed(f"the rebuild is {job['status']}: {job['detail']}")
    confirmed = _asked(operator.post(f"{ROUTE}/{job['id']}/confirm"))
    return [one["new_index"] for one in confirmed["families"]]


def _end(operator: httpx.Client, job_id: str) -> None:
    """End a rebuild whatever it has come to: it is cancelled, or confirmed where it had switched."""
    if operator.post(f"{ROUTE}/{job_id}/cancel").is_error:
        _asked(operator.post(f"{ROUTE}/{job_id}/confirm"))


def _operator(current: StackState, operator_key: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {operator_key}"}
    return httpx.Client(base_url=current.api_url, headers=headers, timeout=REQUEST_SECONDS, trust_env=False)


def _work(current: StackState) -> None:
    """Have the jobs of every minute run now."""
    jobs = aws.client("lambda", current.endpoint)
    jobs.invoke(FunctionName=f"{prefix(STAGE)}-search-run_jobs", InvocationType="Event", Payload=b"{}")


def _progress(job: Any) -> str:
    return ", ".join(f"{one['family']} {one['step']} {one['copied']}" for one in job["families"])


def _asked(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise RebuildFailed(answer.text)
    return answer.json()
