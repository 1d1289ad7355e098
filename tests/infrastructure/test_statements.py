"""How grants become conditions on partition keys."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from infrastructure.access import KEY_PATTERNS, Grant, KeySpace, chat, control
from infrastructure.statements import keyed_statements

PLAIN = [space for space in get_args(KeySpace) if KEY_PATTERNS[space].not_like is None]
GRANTS = st.builds(
    Grant,
    st.sampled_from(["chat", "control"]),
    st.sets(st.sampled_from(["GetItem", "Query", "PutItem", "DeleteItem"]), min_size=1).map(tuple),
    st.sets(st.sampled_from(PLAIN[:6]), min_size=1).map(tuple),
)


def test_actions_on_the_same_keys_share_a_statement() -> None:
    (statement,) = keyed_statements((chat("GetItem", "user"), chat("PutItem UpdateItem", "user")))
    assert statement.actions == ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
    assert statement.like == ("T#*#U#*",)


def test_key_spaces_share_a_statement_where_the_same_may_be_done() -> None:
    grants = (chat("PutItem", "user", "media"), chat("GetItem", "user"), chat("GetItem PutItem", "conversation"))
    assert {each.actions: each.like for each in keyed_statements(grants) if not each.in_transactions} == {
        ("dynamodb:GetItem", "dynamodb:PutItem"): ("T#*#C#*", "T#*#U#*"),
        ("dynamodb:PutItem",): ("T#*#F#*",),
    }


@given(st.lists(GRANTS, max_size=6))
def test_what_names_one_key_is_allowed_where_it_is_granted_and_nowhere_else(grants: list[Grant]) -> None:
    granted = {
        (each.table, f"dynamodb:{action}", KEY_PATTERNS[space].like)
        for each in grants
        for action in each.actions
        for space in each.spaces
    }
    alone = [each for each in keyed_statements(grants) if not each.in_transactions]
    assert {(each.table, action, like) for each in alone for action in each.actions for like in each.like} == granted


def test_tables_and_indexes_never_share_a_statement() -> None:
    grants = (chat("Query", "user"), chat("Query", "user", index="collection"), control("Query", "user"))
    assert [(each.table, each.index) for each in keyed_statements(grants)] == [
        ("chat", None),
        ("chat", "collection"),
        ("control", None),
    ]


def test_a_tenants_own_item_is_bounded_by_an_exception() -> None:
    (statement,) = keyed_statements((chat("GetItem", "tenant"),))
    assert statement.conditions["ForAllValues:StringLike"] == {"dynamodb:LeadingKeys": ["T#*"]}
    assert statement.conditions["ForAllValues:StringNotLike"] == {"dynamodb:LeadingKeys": ["T#*#*"]}


def test_a_batch_over_the_tenant_and_others_excludes_every_space_that_is_not_granted() -> None:
    (statement,) = keyed_statements((chat("BatchGetItem", "tenant", "user"),))
    others = {pattern.like for space, pattern in KEY_PATTERNS.items() if space not in {"tenant", "user"}}
    assert set(statement.not_like) == others


def test_a_call_that_names_no_key_is_never_allowed() -> None:
    (statement,) = keyed_statements((chat("Query", "conversation"),))
    assert statement.conditions["Null"] == {"dynamodb:LeadingKeys": ["false"]}


def test_a_batch_may_mix_the_key_spaces_of_several_grants() -> None:
    """A call that reads a user's item and a conversation's is allowed by one statement, or by none."""
    grants = (chat("BatchGetItem GetItem", "user"), chat("BatchGetItem Query", "conversation"))
    allowed = {action: each.like for each in keyed_statements(grants) for action in each.actions}
    assert allowed == {
        "dynamodb:GetItem": ("T#*#U#*",),
        "dynamodb:Query": ("T#*#C#*",),
        "dynamodb:BatchGetItem": ("T#*#C#*", "T#*#U#*"),
    }


def test_the_writes_of_a_transaction_share_a_statement_that_holds_inside_transactions_alone() -> None:
    grants = (chat("PutItem GetItem", "user"), chat("UpdateItem", "conversation"), control("DeleteItem", "due"))
    together = [each for each in keyed_statements(grants) if each.in_transactions]
    spaces = ("T#*#C#*", "T#*#U#*", "T#_system#DUE#*")
    assert [(each.table, each.actions, each.like) for each in together] == [
        ("chat", ("dynamodb:PutItem", "dynamodb:UpdateItem"), spaces),
        ("control", ("dynamodb:DeleteItem",), spaces),
    ]
    for each in together:
        assert each.conditions["ForAnyValue:StringEquals"] == {"dynamodb:EnclosingOperation": ["TransactWriteItems"]}
        assert each.conditions["Null"] == {"dynamodb:LeadingKeys": ["false"]}


def test_writes_of_one_key_space_need_no_statement_for_transactions() -> None:
    grants = (chat("PutItem UpdateItem", "user"), chat("GetItem Query", "conversation"))
    assert not [each for each in keyed_statements(grants) if each.in_transactions]
