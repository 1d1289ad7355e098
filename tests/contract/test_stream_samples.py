"""The sample records of the stream under events/ are what the code writes, byte for byte."""

import pytest

from tests.support.dynamodb.change_stream import EVENTS
from tests.tools.record_stream import sample_files

HINT = "run `make events` and commit what it writes"


@pytest.fixture
def made(tables: None) -> dict[str, str]:
    return sample_files()


def test_the_samples_are_current(made: dict[str, str]) -> None:
    for name, content in made.items():
        assert (EVENTS / name).read_text(encoding="utf-8") == content, f"{name}: {HINT}"


def test_they_are_the_same_in_every_run(made: dict[str, str]) -> None:
    assert sample_files() == made
