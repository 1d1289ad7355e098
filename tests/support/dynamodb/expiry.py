"""DynamoDB's time to live, which moto does not play: it deletes some time after an item has expired."""

from typing import Any

import boto3

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys


def delete_expired(tenant_id: str, table: str | None = None) -> int:
    """What DynamoDB does some time after: delete the items of a tenant whose time to live has passed."""
    table, now, deleted = table or settings().control_table, clock.now_ms() // 1000, 0
    client: Any = boto3.client("dynamodb")
    for page in client.get_paginator("scan").paginate(TableName=table):
        for raw in page["Items"]:
            of_tenant = raw["pk"]["S"].startswith(keys.tenant(tenant_id))
            if of_tenant and int(raw.get("expires_at", {"N": "99999999999"})["N"]) < now:
                dynamodb.client().delete_item(TableName=table, Key=dynamodb.key(dynamodb.key_of(raw)))
                deleted += 1
    return deleted
