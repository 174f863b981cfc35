import pytest

from tests import shop as shops


@pytest.fixture
def shop(db: None) -> shops.Shop:
    return shops.open_shop()
