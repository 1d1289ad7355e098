"""What the options before a command say."""

from dataclasses import dataclass

import typer

from parley_client.cli.printing import Printer
from parley_client.cli.profiles import Profile
from parley_client.client import Client


@dataclass
class Session:
    """Where to speak, as whom, and how to print."""

    profile_name: str
    profile: Profile
    printer: Printer
    acting_as: str | None

    def client(self) -> Client:
        client = self.profile.client()
        return client.acting_as(self.acting_as) if self.acting_as else client


def session_of(context: typer.Context) -> Session:
    session: Session = context.obj
    return session
