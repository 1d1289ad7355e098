"""The tables, the change stream of `chat`, and the secrets: what outlives the code."""

import json

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.retention import removal_policy
from infrastructure.names import OPERATOR_KEY, change_stream_name, secret_name, table_name
from infrastructure.settings import Settings
from infrastructure.tables import AUDIT, CHAT, CONTROL, Index, TableDefinition


class DataStack(Stack):
    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-data",
            description=f"Parley {settings.stage}: tables, change stream, secrets",
            env={"region": settings.region},
            termination_protection=settings.protected,
        )
        self._settings = settings
        self._removal = removal_policy(settings)
        self._key = self._customer_managed_key() if settings.customer_managed_key else None
        changes = self._change_stream()
        control, audit = self._table(CONTROL, None), self._table(AUDIT, None)
        operator_key = self._operator_key()
        chat = self._table(CHAT, changes)
        chat.node.add_dependency(
            control, audit, operator_key
        )  # the last: once it is protected, no rollback takes it back
        self.resources = Resources(
            tables={"chat": chat, "control": control, "audit": audit},
            secrets={OPERATOR_KEY: operator_key},
            key=self._key,
            changes=changes,
        )
        CfnOutput(self, "ChatTable", value=chat.table_name)
        CfnOutput(self, "ControlTable", value=control.table_name)
        CfnOutput(self, "AuditTable", value=audit.table_name)

    def _customer_managed_key(self) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            alias=f"alias/{self._settings.prefix}",
            description="Parley: tables, change stream and secrets",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=self._removal,
        )

    def _change_stream(self) -> kinesis.Stream | None:
        """Every change of `chat`, for the index, realtime delivery and webhooks.

        None where the changes go to Kafka: a publisher reads the table's own stream then.
        """
        if self._settings.stream != "kinesis":
            return None
        encryption = kinesis.StreamEncryption.KMS if self._key else kinesis.StreamEncryption.MANAGED
        shards = self._settings.stream_shards
        stream = kinesis.Stream(
            self,
            "Changes",
            stream_name=change_stream_name(self._settings.stage),
            stream_mode=kinesis.StreamMode.PROVISIONED if shards else kinesis.StreamMode.ON_DEMAND,
            shard_count=shards,
            retention_period=Duration.hours(self._settings.stream_retention_hours),
            encryption=encryption,
            encryption_key=self._key,
            removal_policy=RemovalPolicy.DESTROY,
        )
        if self._key:
            acknowledge(stream, {"AwsSolutions-KDS3": "It is encrypted with the tables' own key, not with AWS's."})
        return stream

    def _table(self, definition: TableDefinition, changes: kinesis.Stream | None) -> dynamodb.TableV2:
        encryption = dynamodb.TableEncryptionV2
        return dynamodb.TableV2(
            self,
            definition.name.capitalize(),
            table_name=table_name(self._settings.stage, definition.name),
            partition_key=_string(definition.partition_key),
            sort_key=_string(definition.sort_key),
            global_secondary_indexes=[_index(index) for index in definition.indexes],
            time_to_live_attribute=definition.expiry_attribute,
            billing=dynamodb.Billing.on_demand(),
            encryption=encryption.customer_managed_key(self._key) if self._key else encryption.dynamo_owned_key(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            kinesis_stream=changes,
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if definition is CHAT and not changes else None,
            deletion_protection=self._settings.protected and definition is CHAT,
            removal_policy=self._removal,
        )

    def _operator_key(self) -> secretsmanager.Secret:
        """The operator key's hash. It starts as noise that no key hashes to, so operator routes are closed at first."""
        secret = secretsmanager.Secret(
            self,
            "OperatorKey",
            secret_name=secret_name(self._settings.stage, OPERATOR_KEY),
            description='{"sha256": hex of the SHA-256 of the operator key}',
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({}), generate_string_key="sha256", exclude_punctuation=True
            ),
            encryption_key=self._key,
            removal_policy=self._removal,
        )
        reason = "It holds a hash; the operator rotates the key itself by putting a new hash."
        acknowledge(secret, {"AwsSolutions-SMG4": reason})
        return secret


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _index(index: Index) -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=index.name,
        partition_key=_string(index.partition_key),
        sort_key=_string(index.sort_key),
        projection_type=dynamodb.ProjectionType.INCLUDE,
        non_key_attributes=list(index.projected),
    )
