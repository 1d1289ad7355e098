"""The IAM statements of a function's role, made from its grants."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infrastructure.access import Grant
from infrastructure.constructs.resources import Resources
from infrastructure.statements import (
    READ_ACTIONS,
    bound_to_tenant,
    deny_secrets_conditions,
    keyed_statements,
    touches_secrets,
)
from infrastructure.uses.use import Statement

KMS_READ = ("kms:Decrypt", "kms:DescribeKey")
KMS_WRITE = ("kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def table_statements(
    grants: Sequence[Grant], resources: Resources, region: str, *, tenant: str | None = None
) -> list[iam.PolicyStatement]:
    """What the grants allow. A function without a grant on the tenants' secrets is denied them, come what may.

    With `tenant`, of its partitions alone; that may be the one with which IAM finds a session tagged.
    """
    if not grants:
        return []
    statements = []
    for keyed in keyed_statements(grants):
        allowed = bound_to_tenant(keyed, tenant) if tenant else keyed
        arn = resources.tables[allowed.table].table_arn
        statements.append(
            iam.PolicyStatement(
                actions=list(allowed.actions),
                resources=[f"{arn}/index/{allowed.index}" if allowed.index else arn],
                conditions=dict(allowed.conditions),
            )
        )
    if not touches_secrets(grants):
        statements.append(
            iam.PolicyStatement(
                sid="NoTenantSecrets",
                effect=iam.Effect.DENY,
                actions=["dynamodb:*"],
                resources=[resources.tables["control"].table_arn],
                conditions=dict(deny_secrets_conditions()),
            )
        )
    if resources.key:
        writes = any(set(grant.actions) - READ_ACTIONS for grant in grants)
        actions = (*KMS_READ, *(KMS_WRITE if writes else ()))
        statements.append(_key_statement(actions, resources.key, "dynamodb", region))
    return statements


def own_sessions(role_arn: str) -> iam.PolicyStatement:
    """The role may open sessions of itself, from one that has no tenant yet."""
    return iam.PolicyStatement(
        sid="TenantSessions",
        actions=["sts:AssumeRole", "sts:TagSession"],
        resources=[role_arn],
        conditions={"Null": {"aws:PrincipalTag/tenant": "true"}},
    )


def trusting_itself(role_arn: str) -> iam.IPrincipal:
    """Who may assume the role: Lambda, and the role itself to tag a session with a tenant and with nothing else."""
    tagging = {
        "ArnEquals": {"aws:PrincipalArn": role_arn},
        "StringLike": {"aws:RequestTag/tenant": "?*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["tenant"]},
    }
    itself = iam.PrincipalWithConditions(iam.AccountRootPrincipal(), tagging).with_session_tags()
    return iam.CompositePrincipal(iam.ServicePrincipal("lambda.amazonaws.com"), itself)


def traces() -> iam.PolicyStatement:
    """What Lambda's daemon does in the function's name."""
    actions = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    return iam.PolicyStatement(sid="Traces", actions=actions, resources=["*"])


def of_use(statement: Statement) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=list(statement.actions),
        resources=list(statement.resources),
        conditions=None if statement.conditions is None else {k: dict(v) for k, v in statement.conditions.items()},
    )


def _key_statement(actions: Sequence[str], key: kms.IKey, service: str, region: str) -> iam.PolicyStatement:
    """Use of the customer managed key through one AWS service, which acts on it in the caller's name."""
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
    )
