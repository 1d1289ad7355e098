"""Media is tested on MiniStack, where S3 refuses what AWS would refuse."""

from collections.abc import Iterator

import pytest

from tests.support.ministack import ministack


@pytest.fixture(scope="package")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Both tables and the bucket, on a MiniStack that all tests of this package share."""
    with ministack(tmp_path_factory.mktemp("ministack")):
        yield
