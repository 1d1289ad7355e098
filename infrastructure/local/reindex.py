"""`make reindex`: rebuild the search indices of the local stack by the operator's routes, and confirm."""

import sys
import time
from typing import Any

import httpx

from infrastructure.local import stack, state
from infrastructure.local.console import note
from infrastructure.local.seed import credentials

ROUTE = "/v1/admin/search/reindex"
EVERY_SECONDS = 2.0
REQUEST_SECONDS = 40.0


class RebuildFailed(RuntimeError):
    """The rebuild ended in another status than it should."""


def reindex(source: str) -> int:
    """Rebuild from the present `index`, or from the `table`; says how far it is until it is done."""
    current = state.load(stack.HOME)
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    headers = {"Authorization": f"Bearer {credentials(stack.HOME).operator_key}"}
    with httpx.Client(base_url=current.api_url, headers=headers, timeout=REQUEST_SECONDS, trust_env=False) as operator:
        job = _asked(operator.post(ROUTE, json={"source": source}))
        note("the rebuild begins within a minute, when the jobs run next")
        said = _progress(job)
        while job["status"] == "running":
            time.sleep(EVERY_SECONDS)
            job = _asked(operator.get(f"{ROUTE}/{job['id']}"))
            if _progress(job) != said:
                said = _progress(job)
                note(said)
        if job["status"] != "switched":
            raise RebuildFailed(f"the rebuild is {job['status']}: {job['detail']}")
        job = _asked(operator.post(f"{ROUTE}/{job['id']}/confirm"))
    print(f"Rebuilt: {', '.join(one['new_index'] for one in job['families'])}")
    return 0


def _progress(job: Any) -> str:
    return ", ".join(f"{one['family']} {one['step']} {one['copied']}" for one in job["families"])


def _asked(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise RebuildFailed(answer.text)
    return answer.json()
