"""What CloudFormation makes of a template's references, at the greatest length that it can have.

A name that a template gives is that name; one that is made has as many characters as its service takes. Partition,
region and key id are the longest that there are, so that a size that fits here fits in every account.
"""

from collections.abc import Mapping
from typing import Any

PSEUDO = {"AWS::Partition": "aws-us-gov", "AWS::Region": "ap-southeast-1", "AWS::AccountId": "123456789012"}
HERE = f"{PSEUDO['AWS::Region']}:{PSEUDO['AWS::AccountId']}"
ARNS = {
    "AWS::DynamoDB::GlobalTable": (f"dynamodb:{HERE}:table/", "TableName", 255),
    "AWS::DynamoDB::Table": (f"dynamodb:{HERE}:table/", "TableName", 255),
    "AWS::Kinesis::Stream": (f"kinesis:{HERE}:stream/", "Name", 128),
    "AWS::KMS::Key": (f"kms:{HERE}:key/", None, len("mrk-") + 32),
    "AWS::Lambda::Function": (f"lambda:{HERE}:function:", "FunctionName", 64),
    "AWS::Logs::LogGroup": (f"logs:{HERE}:log-group:", "LogGroupName", 512),
    "AWS::S3::Bucket": ("s3:::", "BucketName", 63),
    "AWS::IAM::Role": (f"iam::{PSEUDO['AWS::AccountId']}:role/", "RoleName", 64),
    "AWS::SecretsManager::Secret": (f"secretsmanager:{HERE}:secret:", "Name", 512),
    "AWS::SQS::Queue": (f"sqs:{HERE}:", "QueueName", 80),
}
"""By type: what its ARN has before the name, the property that names it, and the most characters of a made name."""
AFTER = {"AWS::Logs::LogGroup": ":*", "AWS::SecretsManager::Secret": "-AbCdEf"}
API_ID = "a1b2c3d4e5"


class Templates:
    """The templates of a stage, by the last part of their stack's name."""

    def __init__(self, stage: str, templates: Mapping[str, Mapping[str, Any]]) -> None:
        self._prefix, self._templates = f"parley-{stage}-", templates

    def resolve(self, value: Any, stack: str) -> Any:
        """`value` of the stack's template with text for each reference. Raises `ValueError` for one of another kind."""
        if isinstance(value, list):
            return [self.resolve(each, stack) for each in value]
        if not isinstance(value, dict):
            return value
        if not any(name == "Ref" or name.startswith("Fn::") for name in value):
            return {name: self.resolve(each, stack) for name, each in value.items()}
        return self._referred(value, stack)

    def _referred(self, value: dict[str, Any], stack: str) -> str:
        match value:
            case {"Ref": name}:
                return PSEUDO.get(name) or self._of_ref(name, stack)
            case {"Fn::GetAtt": given}:
                return self._of_attribute(given, stack)
            case {"Fn::GetStackOutput": given}:
                return self._of_output(given)
            case {"Fn::Join": [str(separator), parts]}:
                return separator.join(self.resolve(parts, stack))
        raise ValueError(value)

    def _of_output(self, given: Mapping[str, str]) -> str:
        other = given["StackName"].removeprefix(self._prefix)
        return str(self.resolve(self._templates[other]["Outputs"][given["OutputName"]]["Value"], other))

    def _of_attribute(self, given: list[str], stack: str) -> str:
        logical_id, attribute = given
        assert attribute == "Arn", given
        return self._arn(logical_id, stack)

    def _of_ref(self, logical_id: str, stack: str) -> str:
        """What `Ref` gives differs by type."""
        resource = self._templates[stack]["Resources"][logical_id]
        if resource["Type"] == "AWS::Lambda::Alias":
            function = resource["Properties"]["FunctionName"]["Ref"]
            return f"{self._arn(function, stack)}:{resource['Properties']['Name']}"
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            return API_ID
        assert resource["Type"] == "AWS::SecretsManager::Secret", resource["Type"]
        return self._arn(logical_id, stack)

    def _arn(self, logical_id: str, stack: str) -> str:
        resource = self._templates[stack]["Resources"][logical_id]
        before, named, most = ARNS[resource["Type"]]
        given = resource.get("Properties", {}).get(named)
        name = "x" * most if given is None else self.resolve(given, stack)
        return f"arn:{PSEUDO['AWS::Partition']}:{before}{name}{AFTER.get(resource['Type'], '')}"
