"""`parley announce` on the command line."""

from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client.cli.app import app
from tests.functional.clients.test_holding_commands import run, tenant
from tests.functional.jobs.conftest import jobs
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Person, Workspace

__all__ = ["jobs", "tenant"]
LATER = "2026-12-01T09:00:00Z"


def of(announcement_id: str, tenant: Workspace) -> dict[str, Any]:
    return dict(tenant.server.get(f"/v1/announcements/{announcement_id}").body)


def test_an_announcement_is_counted_sent_listed_and_shown(
    jobs: JobQueues, tenant: Workspace, alice: Person, general: str
) -> None:
    (counted,) = run("announce", "send", "Back at noon", "--type", "group", "--count")
    jobs.run_all()
    assert of(counted["id"], tenant)["reached"] == 1
    (sent,) = run("announce", "send", "Back at noon", "--conversation", general, "--conversation", "0" * 26)
    jobs.run_all()
    shown = CliRunner().invoke(app, ["announce", "show", sent["id"]]).stdout
    assert f"{sent['id']} completed: 2 reached, 1 sent, 1 conversation_not_found, 0 failed" in shown
    assert alice.get(f"/v1/conversations/{general}/messages")["data"][0]["text"] == "Back at noon"
    assert {each["id"] for each in run("announce", "list")} == {counted["id"], sent["id"]}


def test_one_that_waits_is_cancelled(jobs: JobQueues, tenant: Workspace) -> None:
    (waiting,) = run("announce", "send", "Later", "--everywhere", "--silent", "--at", LATER)
    assert (waiting["status"], waiting["message"]["silent"]) == ("scheduled", True)
    (ended,) = run("announce", "cancel", waiting["id"])
    assert ended["status"] == "cancelled"


@pytest.mark.parametrize("whom", [(), ("--everywhere", "--team", "red")])
def test_whom_it_is_for_has_to_be_said(tenant: Workspace, whom: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["announce", "send", "x", *whom]).exit_code == 2
