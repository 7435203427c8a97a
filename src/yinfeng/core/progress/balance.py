"""The balance of a list: outside and local, domestic and foreign capital, upgrade and incubation."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from yinfeng.core.progress.problem import Project
from yinfeng.core.progress.rates import counted
from yinfeng.core.progress.scope import Scope
from yinfeng.core.text import Text

DIMENSIONS: Final = (
    ("origin", Text("来源", "from")),
    ("capital", Text("资本性质", "capital")),
    ("nature", Text("产业方向", "upgrade or incubation")),
    ("list_kind", Text("建设性质", "new-build or continuing")),
)


@dataclass(frozen=True, slots=True)
class Share:
    """The projects of one value of a dimension, in number and in investment."""

    dimension: str
    title: Text
    code: str
    """Empty where the ledger does not say."""
    rows: tuple[str, ...]
    number_share: Fraction
    investment: Fraction
    investment_share: Fraction | None
    """None where no investment is known."""


def balance(scope: Scope) -> Iterator[Share]:
    """Yield the shares of every dimension that the ledger knows of, the greatest number first."""
    projects = [standing.project for standing in counted(scope)]
    whole = sum((p.investment for p in projects if p.investment is not None), Fraction())
    for dimension, title in DIMENSIONS:
        groups: dict[str, list[Project]] = {}
        for project in projects:
            groups.setdefault(str(getattr(project, dimension)), []).append(project)
        if set(groups) <= {""}:
            continue
        for code, own in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            money = sum((p.investment for p in own if p.investment is not None), Fraction())
            yield Share(
                dimension,
                title,
                code,
                tuple(p.row for p in own),
                Fraction(len(own), len(projects)),
                money,
                money / whole if whole else None,
            )
