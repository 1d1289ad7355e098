"""What functions of every stack use: the tables, the secrets, and the key that encrypts both."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from infrastructure.access import Table


@dataclass(frozen=True)
class Resources:
    tables: Mapping[Table, dynamodb.ITableV2]
    secrets: Mapping[str, secretsmanager.ISecret]
    """By name, see `infrastructure.names`."""
    key: kms.IKey | None
    """The customer managed key, where the stage has one."""
