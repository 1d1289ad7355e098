"""The teams of a caller: what the table says of the user, never what a token says."""

from typing import Any

import pytest

from tests.support.people.tokens import OPERATOR, RegisteredTenant, ask_authorizer, register_tenant


@pytest.fixture
def acme(tables: None) -> RegisteredTenant:
    acme = register_tenant("Acme")
    assert acme.server.put("/v1/users/ruby", {"teams": ["red", "green"]}).status == 201
    return acme


def teams_of(acme: RegisteredTenant, **claims: Any) -> str | None:
    answer = ask_authorizer(f"Bearer {acme.signer.token(**claims)}")
    assert answer["isAuthorized"]
    teams: str | None = answer["context"].get("teams")
    return teams


def switch(acme: RegisteredTenant, *, on: bool) -> None:
    assert OPERATOR.put(acme.path, {"settings": {"teams": on}}).status == 200


def test_a_user_token_has_the_teams_that_the_back_end_has_given(acme: RegisteredTenant) -> None:
    switch(acme, on=True)
    assert teams_of(acme, sub="ruby") == "green red"
    assert teams_of(acme, sub="ruby", teams=["blue"], team="blue") == "green red"
    assert teams_of(acme, sub="nobody", teams="blue") == ""
    acme.server.put("/v1/users/ruby", {"teams": ["blue"]})
    assert teams_of(acme, sub="ruby") == "blue"
    acme.server.put("/v1/users/ruby", {"teams": None})
    assert teams_of(acme, sub="ruby") == ""


def test_nothing_is_read_of_a_server_token_nor_where_teams_are_off(acme: RegisteredTenant) -> None:
    assert teams_of(acme, sub="ruby") is None
    switch(acme, on=True)
    assert teams_of(acme, scope="server", sub="ruby") is None
    switch(acme, on=False)
    assert teams_of(acme, sub="ruby") is None
