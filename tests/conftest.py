"""What all tests share: an environment without real credentials, and people to play with."""

import os
from collections.abc import Iterator

import boto3
import hypothesis
import pytest
from moto import mock_aws

from infrastructure.tables import TABLES, create_table_request
from tests.support.dynamodb import moto_answers, moto_expressions, moto_pool, moto_tables
from tests.support.dynamodb.table_server import chosen_tables

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
moto_tables.lighten()
moto_expressions.lighten()
moto_answers.lighten()
moto_pool.install()

for name in [name for name in os.environ if name.startswith("AWS_")]:
    if name != "AWS_CA_BUNDLE":
        del os.environ[name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PARLEY_STAGE": "test",
    "CHAT_TABLE": "chat",
    "CONTROL_TABLE": "control",
    "AUDIT_TABLE": "audit",
    "AUDIT_DAYS": "400",
    "OPERATOR_SECRET": "parley/test/operator-key",
    "MEDIA_BUCKET": "media",
    "MEDIA_SCANNER": "none",
    "EXPORT_BUCKET": "exports",
    "SEARCH_ENDPOINT": "http://127.0.0.1:9200",
    "SEARCH_SHARDS": "1",
    "SEARCH_REPLICAS": "0",
    "SOCKET_MANAGEMENT_URL": "https://sockets.parley.test/v1",
    "POWERTOOLS_SERVICE_NAME": "parley",
}


@pytest.fixture(scope="session")
def tables() -> Iterator[None]:
    """All tables for the whole session, on moto or DynamoDB Local: tests keep apart by tenant, as tenants do."""
    with mock_aws(), chosen_tables():
        client = boto3.client("dynamodb")
        for table in TABLES:
            client.create_table(**create_table_request(table, table.name))
        yield
