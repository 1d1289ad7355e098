"""What watches over a stage: alarms, whom they tell, and the metrics that Parley's own functions emit."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infrastructure.names import METRICS_NAMESPACE
from infrastructure.settings import Settings

RUNBOOKS = {
    "api-*": "api",
    "authorizers-failing": "authorizers",
    "canary-failing": "canary",
    "concurrency-near-quota": "concurrency",
    "deploys-failing": "deploys",
    "effect-retries-*": "failed-changes",
    "changes-failed": "failed-changes",
    "functions-*": "functions",
    "jobs-failing": "jobs",
    "media-failed-checks": "media",
    "push-applications-unusable": "push",
    "replication-*": "replication",
    "schedule-stopped": "schedule",
    "search-Cluster*": "search-engine",
    "search-StorageLow": "search-engine",
    "search-CircuitOpen": "search-engine",
    "search-IndexBehind": "search-index",
    "search-Quarantine": "search-index",
    "search-TenantOutgrows": "search-index",
    "sockets-failing": "sockets",
    "stream-reads-throttled": "consumers-behind",
    "table-*": "tables",
    "webhooks-*": "webhooks",
    "*-behind": "consumers-behind",
}
"""By the name of an alarm, the file under `docs/runbooks/` that says what to do; the first that fits."""


class NoRunbook(LookupError):
    """An alarm that nobody would know what to do about."""


def runbook_of(name: str) -> str:
    for pattern, runbook in RUNBOOKS.items():
        if fnmatchcase(name, pattern):
            return runbook
    raise NoRunbook(f"{name}: write a runbook and name it in infrastructure/constructs/watch.py")


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
    silence_is_well: bool = True,
) -> cloudwatch.Alarm:
    """An alarm for a metric that reaches its threshold, or falls `below` it, for so many periods.

    It tells the stage's SNS topic, where it has one, and its description names its runbook. `silence_is_well` is for
    what is not told of while nobody calls; what something tells by the clock breaches when it is told no more.
    """
    comparison, missing = cloudwatch.ComparisonOperator, cloudwatch.TreatMissingData
    made = cloudwatch.Alarm(
        scope,
        construct_id,
        alarm_name=f"{settings.prefix}-{name}",
        alarm_description=f"{description}. Runbook: docs/runbooks/{runbook_of(name)}.md",
        metric=metric,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=comparison.LESS_THAN_THRESHOLD if below else comparison.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treat_missing_data=missing.NOT_BREACHING if silence_is_well else missing.BREACHING,
    )
    if settings.alarm_topic_arn:
        topic = sns.Topic.from_topic_arn(made, "AlarmTopic", settings.alarm_topic_arn)
        made.add_alarm_action(cloudwatch_actions.SnsAction(topic))
    return made


def measured(name: str, statistic: str = "Maximum", *, minutes: int = 1, **dimensions: str) -> cloudwatch.Metric:
    """A metric of our own functions."""
    return metric_of(METRICS_NAMESPACE, name, statistic, minutes=minutes, service="parley", **dimensions)


def metric_of(
    namespace: str, name: str, statistic: str = "Sum", *, minutes: int = 5, **dimensions: str
) -> cloudwatch.Metric:
    """A metric of AWS's, by the names of what it is about."""
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        statistic=statistic,
        period=Duration.minutes(minutes),
        dimensions_map=dimensions or None,
    )


def computed(
    expression: str, metrics: Mapping[str, cloudwatch.IMetric], *, label: str, minutes: int = 5
) -> cloudwatch.MathExpression:
    """Metric math: at most ten metrics, as CloudWatch allows an alarm."""
    return cloudwatch.MathExpression(
        expression=expression, label=label, using_metrics=dict(metrics), period=Duration.minutes(minutes)
    )
