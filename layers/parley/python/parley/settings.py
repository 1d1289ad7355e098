"""The environment of a function, read once and on first use; nothing else in Parley reads `os.environ`."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Settings:
    """`stage` is `local`, `dev` or `prod`; the tables are physical names; secrets are Secrets Manager ids."""

    stage: str
    region: str
    chat_table: str
    control_table: str
    operator_secret: str
    log_level: str

    @classmethod
    def from_environment(cls) -> "Settings":
        env = os.environ
        return cls(
            stage=env.get("PARLEY_STAGE", "local"),
            region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1",
            chat_table=env.get("CHAT_TABLE", "chat"),
            control_table=env.get("CONTROL_TABLE", "control"),
            operator_secret=env.get("OPERATOR_SECRET", ""),
            log_level=env.get("LOG_LEVEL", "INFO"),
        )


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_environment()
