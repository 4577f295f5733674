"""Fixtures that several files of tests use."""

from __future__ import annotations

from pathlib import Path

import pytest
from launching import Program


@pytest.fixture
def program(tmp_path: Path, request: pytest.FixtureRequest) -> Program:
    """The program of the module's ``PROGRAM``, in a folder of its own."""
    return Program(tmp_path, getattr(request.module, "PROGRAM", ""))
