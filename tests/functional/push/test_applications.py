"""A tenant's platform applications: named by the operator, of this stage and of their platform."""

import pytest

from parley.identity.authorizer import OPERATOR_TENANT
from parley.push.applications import tenants
from tests.support.aws.sockets import give_key
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones

OPERATOR = Person(OPERATOR_TENANT, "", scope="operator")
FCM = "arn:aws:sns:us-east-1:123456789012:app/GCM/parley-test-acme"
APNS = "arn:aws:sns:us-east-1:123456789012:app/APNS/parley-test-acme"


@pytest.fixture
def tenant(tables: None) -> str:
    """A tenant made by its route, so that it has all that a tenant has."""
    made = OPERATOR.post("/v1/tenants", {"name": "Acme"})
    assert made.status == 201
    return str(made["id"])


def test_the_operator_names_them_and_takes_them_away(tenant: str) -> None:
    path = f"/v1/tenants/{tenant}"
    assert OPERATOR.get(path)["push_platforms"] == []
    named = OPERATOR.put(path, {"push_applications": {"fcm": FCM, "apns": APNS}})
    assert (named.status, named["push_platforms"]) == (200, ["apns", "fcm"])
    assert "123456789012" not in named.text
    assert OPERATOR.put(path, {"name": "Acme Corp"})["push_platforms"] == ["apns", "fcm"]
    assert OPERATOR.put(path, {"push_applications": {"fcm": FCM}})["push_platforms"] == ["fcm"]
    assert OPERATOR.put(path, {"push_applications": {}})["push_platforms"] == []


def test_they_stand_before_the_stages_platform_by_platform(tenant: str, phones: Phones) -> None:
    stages = tenants.of(tenant).applications
    OPERATOR.put(f"/v1/tenants/{tenant}", {"push_applications": {"fcm": FCM}})
    tenants.forget()
    assert tenants.of(tenant).applications == stages | {"fcm": FCM}


def test_a_tenant_does_not_name_its_own(acme: Workspace) -> None:
    give_key(acme.tenant_id)
    refused = acme.server.put(f"/v1/tenants/{acme.tenant_id}", {"push_applications": {"fcm": FCM}})
    assert (refused.status, refused.code) == (403, "operator_required")


@pytest.mark.parametrize(
    "applications",
    [
        {"fcm": APNS},
        {"apns": FCM},
        {"apns_sandbox": APNS},
        {"fcm": FCM.replace("-test-", "-prod-")},
        {"fcm": FCM.replace("parley-test-", "")},
        {"fcm": "GCM/parley-test-acme"},
        {"pager": FCM},
    ],
)
def test_those_of_another_platform_or_stage_are_refused(tenant: str, applications: dict[str, str]) -> None:
    refused = OPERATOR.put(f"/v1/tenants/{tenant}", {"push_applications": applications})
    assert (refused.status, refused.code) == (422, "validation_failed")
    (error,) = refused["errors"]
    assert error["pointer"].startswith("/push_applications/")


def test_what_screens_show_is_a_tenants_own_setting(tenant: str) -> None:
    server = Person(tenant, "", scope="server")
    assert server.get(f"/v1/tenants/{tenant}")["settings"]["push_content"] == "full"
    changed = server.put(f"/v1/tenants/{tenant}", {"settings": {"push_content": "sender"}})
    assert changed["settings"]["push_content"] == "sender"
    assert server.put(f"/v1/tenants/{tenant}", {"settings": {"push_content": "some"}}).status == 422
