"""Whom alarms tell."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_sns as sns

from infrastructure.settings import Settings


def notify(alarm: cloudwatch.Alarm, settings: Settings) -> None:
    """Tell the stage's SNS topic, where it has one; otherwise the alarm only shows in CloudWatch."""
    if settings.alarm_topic_arn:
        topic = sns.Topic.from_topic_arn(alarm, "AlarmTopic", settings.alarm_topic_arn)
        alarm.add_alarm_action(cloudwatch_actions.SnsAction(topic))
