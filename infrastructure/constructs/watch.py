"""What watches over a stage: alarms, whom they tell, and the metrics that Parley's own functions emit."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infrastructure.names import METRICS_NAMESPACE
from infrastructure.settings import Settings


def alarm(
    scope: Construct,
    construct_id: str,
    settings: Settings,
    *,
    name: str,
    description: str,
    metric: cloudwatch.IMetric,
    threshold: float = 1,
    periods: int = 1,
    below: bool = False,
) -> None:
    """An alarm for a metric that reaches its threshold, or falls `below` it, for so many periods. Silence is well.

    It tells the stage's SNS topic, where it has one; otherwise it only shows in CloudWatch.
    """
    comparison = cloudwatch.ComparisonOperator
    made = cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_name=f"{settings.prefix}-{name}",
        alarm_description=description,
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=comparison.LESS_THAN_THRESHOLD if below else comparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
    if settings.alarm_topic_arn:
        topic = sns.Topic.from_topic_arn(made, "AlarmTopic", settings.alarm_topic_arn)
        made.add_alarm_action(cloudwatch_actions.SnsAction(topic))


def measured(name: str, statistic: str = "Maximum", *, minutes: int = 1, **dimensions: str) -> cloudwatch.Metric:
    """A metric of our own functions."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=name,
        statistic=statistic,
        period=Duration.minutes(minutes),
        dimensions_map={"service": "parley", **dimensions},
    )
