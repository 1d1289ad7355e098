"""Jobs on a clock that the test moves."""

from collections.abc import Iterator

import pytest

from tests.support.clients.jobs import JobQueues, playing_jobs


@pytest.fixture
def jobs(tables: None) -> Iterator[JobQueues]:
    with playing_jobs() as playing:
        yield playing
