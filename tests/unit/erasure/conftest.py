from collections.abc import Iterator

import pytest

from tests.unit.documents.cloud import Cloud, cloud
from tests.unit.documents.lanes import Deaths
from tests.unit.erasure.town import Town, made_town

__all__ = ["cloud"]


@pytest.fixture
def town(cloud: Cloud) -> Town:
    return made_town(cloud)


@pytest.fixture
def deaths(cloud: Cloud) -> Iterator[Deaths]:
    made = Deaths()
    made.watch(cloud.engine.url)
    yield made
    made.stop()
