"""Which context values a deployment takes, and what each stage makes of them."""

import pytest

from infrastructure.settings import InvalidContext, Settings


def settings(**context: str) -> Settings:
    return Settings.from_context(context.get)


@pytest.mark.parametrize(("name", "value"), [("stage", "staging"), ("stream", "sqs"), ("emulator", "moto")])
def test_a_context_value_that_does_not_exist_is_refused_with_those_that_do(name: str, value: str) -> None:
    context = {"stage": "local"} | {name: value}
    with pytest.raises(InvalidContext, match=f"-c {name}={value}: must be one of"):
        settings(**context)


def test_prod_keeps_data_and_opens_nothing_by_itself() -> None:
    prod = settings(stage="prod")
    assert prod.retain_data
    assert prod.customer_managed_key
    assert prod.cors_origins == ()


def test_origins_are_separated_by_commas() -> None:
    assert settings(stage="prod", cors_origins="https://a.test,https://b.test").cors_origins == (
        "https://a.test",
        "https://b.test",
    )


def test_aws_gets_arm64_and_the_emulator_the_machines_own_python() -> None:
    assert (settings(stage="dev").target.architecture, settings(stage="dev").target.python) == ("arm64", "3.13")
    assert settings(stage="local").target.system == "host"
    assert settings(stage="local", emulator="localstack").target.system == "lambda"
