"""moto as the tests have it: faster than it comes, and with the same answers."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from parley.tables import dynamodb
from tests.support.dynamodb.moto_tables import nothing_left

TABLE = "chat"


def item(partition: str, sort: str, **attributes: Any) -> Any:
    return {"pk": {"S": partition}, "sk": {"S": sort}, **attributes}


def held(*partitions: str) -> list[tuple[str, str]]:
    client = boto3.client("dynamodb")
    found = client.scan(TableName=TABLE)["Items"]
    return [(each["pk"]["S"], each["sk"]["S"]) for each in found if each["pk"]["S"] in partitions]


def test_what_was_written_inside_is_forgotten_and_nothing_else(tables: None) -> None:
    dynamodb.put(TABLE, item("old", "1"))
    with nothing_left():
        dynamodb.put(TABLE, item("new", "1"))
        dynamodb.put(TABLE, item("old", "2"))
        dynamodb.client().transact_write_items(TransactItems=[{"Put": {"TableName": TABLE, "Item": item("new", "2")}}])
        assert held("old", "new") == [("new", "1"), ("new", "2"), ("old", "1"), ("old", "2")]
    assert held("old", "new") == [("old", "1")]


def test_a_scan_goes_through_partitions_and_sort_keys_in_order(tables: None) -> None:
    for partition, sort in (("s2", "b"), ("s10", "a"), ("s2", "a")):
        dynamodb.put(TABLE, item(partition, sort))
    assert held("s2", "s10") == [("s10", "a"), ("s2", "a"), ("s2", "b")]


def update(expression: str, names: dict[str, str]) -> Any:
    return dynamodb.client().update_item(
        TableName=TABLE,
        Key=item("updated", "1"),
        UpdateExpression=expression,
        ExpressionAttributeNames=names,
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )["Attributes"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"#a": "x", "#b": "x"}, "overlap"), ({"#a": "x", "#b": "sk"}, "part of the key")],
)
def test_an_expression_that_was_right_is_refused_with_other_names(
    tables: None, wrong: dict[str, str], said: str
) -> None:
    expression = "SET #a = if_not_exists(#a, :one) + :one, #b = :one"
    assert update(expression, {"#a": "x", "#b": "y"}) == item("updated", "1", x={"N": "2"}, y={"N": "1"})
    with pytest.raises(ClientError, match=said):
        update(expression, wrong)
    assert update(expression, {"#a": "x", "#b": "y"})["x"] == {"N": "3"}


def test_what_is_no_item_is_answered_by_the_model(tables: None) -> None:
    described = boto3.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    assert described["TableName"] == TABLE
    assert described["CreationDateTime"].year > 2000


@pytest.mark.parametrize(("size", "taken"), [(404_900, True), (405_001, False)])
def test_an_item_that_is_too_large_is_refused(tables: None, size: int, taken: bool) -> None:  # noqa: FBT001 - a case
    half = {"S": "x" * (size // 2)}
    large = item("large", str(size), one=half, two=half)
    if taken:
        dynamodb.put(TABLE, large)
    else:
        with pytest.raises(ClientError, match="size"):
            dynamodb.client().put_item(TableName=TABLE, Item=large)
    assert held("large") == ([("large", str(size))] if taken else [])
