"""What all tests share: where the published data lies."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Give the folder of published data (YINFENG_DATA); tests that need it skip where it is absent."""
    folder = Path(os.environ.get("YINFENG_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no published data at {folder}; set YINFENG_DATA to its folder")
    return folder
