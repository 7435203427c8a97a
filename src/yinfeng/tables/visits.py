"""Who could take a place, as a list to visit with: what fits, what is missing, what came of the visit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yinfeng.core.matching.model import Model
from yinfeng.core.matching.offers import parts_of
from yinfeng.core.matching.rank import Fit
from yinfeng.core.matching.rules import starts_with_any
from yinfeng.core.matching.value import TITLE, Component, line_fits
from yinfeng.core.text import Lang, Text
from yinfeng.core.units import YUAN_PER_WAN
from yinfeng.tables.matching import Row, rows_of
from yinfeng.tables.read import Ledger
from yinfeng.tables.reasons import joined, miss, owner_notes
from yinfeng.tables.write import Sheet


def visit_sheet(
    model: Model,
    fits: Sequence[Fit],
    title: Text,
    lang: Lang,
    *,
    synthetic: frozenset[str],
    firms: Sequence[Text] = (),
) -> Sheet:
    """Lay out a ranking, then existing firms to ask, with columns to fill in on the visit."""
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("场地编号", "Place id"),
        Text("合得上", "Fits"),
        Text("价值（万元/年）", "Value (×10k yuan/yr)"),
        *(TITLE[component] for component in Component),
        Text("差在哪里", "What is missing"),
        Text("产权", "Owner"),
        Text("合成数据", "Synthetic data"),
        Text("走访日期", "Visited on"),
        Text("走访结果", "Outcome of the visit"),
    ]
    mark = Text("含合成字段", "holds made-up fields").of(lang)
    rows = [
        [*_row(model, fit, lang), mark if rests_on(model, fit, synthetic) else None, None, None]
        for fit in fits
    ]
    rows += [[None, firm.of(lang), *[None] * (len(headers) - 2)] for firm in firms]
    return Sheet(title.of(lang)[:31], [header.of(lang) for header in headers], rows)


def synthetic_ids(ledgers: Mapping[str, Ledger]) -> frozenset[str]:
    """Give the projects and places whose rows hold made-up fields."""
    return frozenset(
        name
        for ledger in ("projects", "places")
        for name, row in rows_of(ledgers[ledger]).items()
        if row["synthetic"]
    )


def rests_on(model: Model, fit: Fit, ids: frozenset[str]) -> bool:
    """Tell whether the project or a place of a fit is among ``ids``."""
    return not ids.isdisjoint({model.facts.projects.id[fit.project], *parts_of(fit.offer)})


def _row(model: Model, fit: Fit, lang: Lang) -> list[object]:
    projects = model.facts.projects
    named: list[object] = [projects.id[fit.project], projects.name[fit.project], fit.offer]
    owners = joined((note.of(lang) for note in owner_notes(model, fit.offer)), lang)
    if fit.misses:
        said = (miss(model, fit.project, fit.kind, fit.offer, missed) for missed in fit.misses)
        lacking = joined((text.of(lang) for text in said), lang)
        return [*named, Text("否", "no").of(lang), None, *[None] * len(Component), lacking, owners]
    parts = model.candidates[fit.kind].components[fit.row].tolist()
    amounts = [round(yuan / YUAN_PER_WAN, 2) for yuan in (fit.value, *parts)]
    return [*named, Text("是", "yes").of(lang), *amounts, None, owners]


@dataclass(frozen=True, slots=True)
class FirmToAsk:
    """An existing firm that might take a place, and why it is asked; its needs are not in any ledger."""

    firm_id: str
    name: str
    why: Text
    fits_line: bool
    """It makes what a line in the place makes."""

    @property
    def line(self) -> Text:
        """Name the firm with the reason."""
        return Text("可问现有企业 {name}：{why}", "existing firm to ask: {name}: {why}").format(
            name=self.name, why=self.why
        )


def firm_visits(ledgers: Mapping[str, Ledger], model: Model, place: str) -> list[Text]:
    """List existing firms to ask, as sentences."""
    if "firms" not in ledgers:
        return []
    return [firm.line for firm in firms_to_ask(rows_of(ledgers["firms"]).values(), model, place)]


def firms_to_ask(firms: Iterable[Row], model: Model, place: str) -> list[FirmToAsk]:
    """List the firms that make what the place's lines make, and those that seek space.

    firms: rows of the ledger. A firm's needs are not in it, so nothing more is claimed of the firm.
    """
    lines = model.facts.lines
    standing = [n for n, building in enumerate(lines.building) if building == place]
    j = model.facts.places.id.index(place)
    land_use = model.facts.places.key["land_use"][j]
    admitted = model.policy.land_use_admits.get(str(land_use), ())
    found = []
    for firm in firms:
        fitting = [n for n in standing if line_fits(tuple(firm["products"] or ()), (), lines, n)]
        if firm["industry_code"] and land_use and not starts_with_any(firm["industry_code"], admitted):
            continue
        if fitting:
            names = "、".join(lines.name[n] for n in fitting)
            why = Text(f"其产品合得上 {names}；场地需求未知", f"makes what {names} make; needs unknown")
        elif firm["seeks_space"]:
            why = Text("有意承接场地；场地需求未知", "seeks space; its needs are not known")
        else:
            continue
        found.append(FirmToAsk(firm["firm_id"], firm["firm_name"], why, bool(fitting)))
    return found
