"""The national rules, for tests that change one of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from yinfeng.core.progress.rules import KEYS, ProgressRules
from yinfeng.tables.progress_rules import progress_rules
from yinfeng.tables.rulebook import read_rules


def national(**changed: Any) -> ProgressRules:
    """Give the national rules with some of them changed."""
    return replace(progress_rules(read_rules("national", date(2024, 6, 30), KEYS)), **changed)
