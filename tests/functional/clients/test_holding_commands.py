"""`parley holds` and `parley retention` on the command line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from parley_client import Client
from parley_client.cli.app import app
from parley_client.cli.profiles import Profile
from tests.functional.jobs.test_export import put_tenant
from tests.support.clients.in_process import Gateway
from tests.support.people.people import Workspace


@pytest.fixture
def tenant(acme: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    put_tenant(acme)
    transport = Gateway(acme.server).transport
    monkeypatch.setattr(Profile, "client", lambda _: Client("http://parley", "token", transport=transport))
    return acme


def run(*words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, ["--json", *words])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{") and '"_aws"' not in line]


def test_a_hold_is_placed_listed_and_released(tenant: Workspace, general: str) -> None:
    run("holds", "place", "Matter 17", "--conversation", general)
    (placed,) = tenant.server.get("/v1/holds")["data"]
    assert (placed["reason"], placed["conversation_id"]) == ("Matter 17", general)
    assert placed["id"] in str(run("holds", "list"))
    run("holds", "release", placed["id"])
    assert tenant.server.get("/v1/holds")["data"] == []


def test_retention_is_set_and_shown(tenant: Workspace) -> None:
    def stored() -> dict[str, Any]:
        return dict(tenant.server.get(f"/v1/tenants/{tenant.tenant_id}")["settings"])

    run("retention", tenant.tenant_id, "--days", "30", "--direct", "0")
    assert (stored()["retention_days"], stored()["direct_retention_days"]) == (30, 0)
    run("retention", tenant.tenant_id, "--days", "0")
    assert stored()["retention_days"] is None
    shown = CliRunner().invoke(app, ["retention", tenant.tenant_id]).stdout
    assert "retention_days: never" in shown
    assert "group_retention_days: as for all" in shown
