"""A log group with the stage's retention, removed with its stack."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infrastructure.settings import Settings

RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_group(scope: Construct, construct_id: str, name: str, settings: Settings) -> logs.LogGroup:
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=RETENTION[settings.log_retention_days],
        removal_policy=RemovalPolicy.DESTROY,
    )


def rejected_flows(scope: Construct, settings: Settings, vpc: str) -> ec2.FlowLogOptions:
    """What a VPC rejects, into a log group of ours: the one that CDK makes is left behind by a stack that goes."""
    group = log_group(scope, "Flows", f"/aws/vpc/{settings.prefix}-{vpc}", settings)
    return ec2.FlowLogOptions(
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(group), traffic_type=ec2.FlowLogTrafficType.REJECT
    )
