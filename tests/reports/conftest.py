"""The phrases that all renderer tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.phrases import Phrases
from tests.browser import chromium, visit

from .golden import golden_phrases

__all__ = ["chromium", "phrases", "visit"]


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    """English sentences with the golden catalogue."""
    return golden_phrases(tmp_path)
