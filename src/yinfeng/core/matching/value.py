"""What a candidate is worth, in yuan a year, by named components whose prices are rulebook entries.

No component rewards a subsidy, a rebate or a discount. A component whose facts are missing is zero
and marked as not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from yinfeng.core.matching.area import area_need
from yinfeng.core.matching.facts import Facts, Firm, Keys, Kind, Lines, Projects
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.text import Text
from yinfeng.core.units import DAYS_PER_YEAR, KG_PER_T, MONTHS_PER_YEAR

DAYS_PER_MONTH: Final = DAYS_PER_YEAR / MONTHS_PER_YEAR


class Component(IntEnum):
    """The components of a candidate's value, in the order of its columns."""

    YIELD = 0
    REUSE = 1
    EQUIPMENT = 2
    SPACE = 3
    CHAIN = 4
    BY_PRODUCTS = 5
    READINESS = 6


TITLE: Final[Mapping[Component, Text]] = {
    Component.YIELD: Text("产出", "yield"),
    Component.REUSE: Text("盘活存量", "idle stock reused"),
    Component.EQUIPMENT: Text("利用遗留生产线", "lines taken over"),
    Component.SPACE: Text("多占场地", "excess space"),
    Component.CHAIN: Text("产业链配套", "chain at hand"),
    Component.BY_PRODUCTS: Text("利用副产物", "by-products used"),
    Component.READINESS: Text("等待交付", "waiting"),
}

ByProductSet = tuple[tuple[str, int], ...]  # (name, kg a year)


@dataclass(frozen=True, eq=False)
class Worth:
    """Components of candidates [yuan a year], and which of them could not be counted."""

    components: Ints  # (K, 7) columns by `Component`
    uncounted: Ints  # (K,) bit 1 << Component set where its facts are missing


def worth(
    facts: Facts,
    offers: Offers,
    policy: Policy,
    *,
    project: Ints,
    offer: Ints,
    area: Ints,
    equipment: Ints,
    by_products: Ints,
) -> Worth:
    """Value candidates of one kind of offer; every array has shape (K,).

    equipment, by_products: yuan a year already found for each candidate's lines and by-products.
    """
    columns = np.zeros((len(Component), len(project)), dtype=np.int64)  # each component lies together
    uncounted = np.zeros(len(project), dtype=np.int64)

    def put(component: Component, yuan: Ints | Floats, counted: np.ndarray | bool = True) -> None:
        columns[component] = np.where(counted, np.rint(yuan), 0) if counted is not True else np.rint(yuan)
        if counted is not True:
            uncounted[~np.broadcast_to(counted, len(project))] |= 1 << component

    yearly, known = yearly_yield(facts.projects, policy)
    put(Component.YIELD, income(facts.projects, offers.kind, policy)[project], known[project])

    idle_m2, idle_known = _idle_area(facts, offers, policy, offer, area)
    put(Component.REUSE, idle_m2 * policy.reuse_yuan_m2_yr[offers.kind], idle_known)

    wish = area_need(facts.projects, offers.kind).wish
    put(Component.SPACE, -policy.space_yuan_m2[offers.kind] * np.maximum(0, area - wish[project]))

    available = offers.number["available_on"]
    wait_days = available.value[offer] - begins(facts.projects, policy)[project]
    months = np.round(np.maximum(0, wait_days) / DAYS_PER_MONTH)
    lost = months * policy.readiness_share_month * yearly[project]
    put(Component.READINESS, -lost, available.known[offer] & known[project])

    industry = facts.projects.key["industry_code"]
    has_industry = np.array([code is not None for code in industry.distinct], dtype=np.bool_)[industry.index]
    chain = chain_table(facts, [str(root[0]) for root in offers.key["root"].distinct], policy)
    put(
        Component.CHAIN,
        chain[industry.index[project], offers.key["root"].index[offer]],
        has_industry[project],
    )
    put(Component.EQUIPMENT, equipment)
    put(Component.BY_PRODUCTS, by_products)
    return Worth(columns.T, uncounted)


def _idle_area(facts: Facts, offers: Offers, policy: Policy, offer: Ints, area: Ints) -> tuple[Floats, Bools]:
    """Give m² put back to use × years idle of each candidate, each part by its own years; and where known."""
    since, years = facts.places.number["idle_since"], idle_years(facts, policy)
    free = facts.places.number["area_m2"].value
    there = offers.parts >= 0
    part_years = np.where(there, years[offers.parts], 0.0)
    bundled = (part_years * np.where(there, free[offers.parts], 0)).sum(axis=1)
    known: Bools = np.any(since.known[offers.parts] & there, axis=1)
    idle_m2: Floats = np.where(offers.is_bundle[offer], bundled[offer], part_years[offer, 0] * area)
    return idle_m2, known[offer]


def yearly_yield(projects: Projects, policy: Policy) -> tuple[Floats, np.ndarray]:
    """Give each project's yearly tax and value added as the zone weighs them [yuan], and where known."""
    tax, added = projects.number["tax_wan_yr"], projects.number["value_added_wan_yr"]
    yearly = policy.tax_weight * tax.value + policy.value_added_weight * added.value
    return yearly, tax.known | added.known


def income(projects: Projects, kind: Kind, policy: Policy) -> Floats:
    """Give what each project yields a year at places of a kind, from its own date [yuan], shape (n,)."""
    yearly, _ = yearly_yield(projects, policy)
    ready = begins(projects, policy) - policy.as_of
    until = np.round(ready / DAYS_PER_MONTH) + policy.build_months[kind]
    share = np.maximum(0, policy.horizon_months - until) / policy.horizon_months
    yields: Floats = yearly * share
    return yields


def begins(projects: Projects, policy: Policy) -> Ints:
    """Give the day from which each project could use a place, not before the plan's, shape (n,)."""
    return np.maximum(projects.number["needed_on"].or_else(policy.as_of), policy.as_of)


def idle_years(facts: Facts, policy: Policy) -> Floats:
    """Give the years each place has stood idle, up to the most that counts; 0 where not known."""
    since = facts.places.number["idle_since"]
    years = np.clip((policy.as_of - since.value) / DAYS_PER_YEAR, 0, policy.reuse_cap_years)
    return np.where(since.known, years, 0.0)


@dataclass(frozen=True, eq=False)
class Standing:
    """The firms that stand in top-level zones, counted by industry."""

    root: tuple[str, ...]
    example: tuple[Firm, ...]  # one firm of each industry
    count: Ints  # (industries, roots)


def firms_standing(facts: Facts, roots: Iterable[str]) -> Standing:
    """Count the firms of each of the top-level zones, each zone once."""
    standing = [firm for firm in facts.firms if firm.zone in facts.zones]
    theirs = Keys.of(firm.industry for firm in standing)
    first = {firm.industry: firm for firm in reversed(standing)}
    at = {root: z for z, root in enumerate(dict.fromkeys(roots))}
    of_zone = {name: at.get(zone.root, -1) for name, zone in facts.zones.items()}
    where = np.array([of_zone[firm.zone] for firm in standing], dtype=np.int64)
    count = np.zeros((len(theirs.distinct), len(at)), dtype=np.int64)
    np.add.at(count, (theirs.index[where >= 0], where[where >= 0]), 1)
    return Standing(tuple(at), tuple(first[code] for code in theirs.distinct), count)


def chain_yuan(industries: Sequence[str | None], standing: Standing, policy: Policy) -> Ints:
    """Price the linked firms for each industry in each top-level zone [yuan a year]."""
    linked = np.zeros((len(industries), len(standing.example)), dtype=np.int64)
    for row, industry in zip(linked, industries, strict=True):
        theirs = {firm.industry for firm, _ in linked_firms(industry, list(standing.example), policy)}
        row[:] = [firm.industry in theirs for firm in standing.example]
    yuan = np.minimum(policy.chain_cap_yuan, linked @ standing.count * policy.chain_yuan_firm)
    rounded: Ints = np.rint(yuan).astype(np.int64)
    return rounded


def chain_table(facts: Facts, roots: Sequence[str], policy: Policy) -> Ints:
    """Price the linked firms for each distinct industry of the projects in each of the top-level zones."""
    standing = firms_standing(facts, roots)
    at = {root: z for z, root in enumerate(standing.root)}
    table: Ints = chain_yuan(facts.projects.key["industry_code"].distinct, standing, policy)
    return table[:, [at[root] for root in roots]]


def firms_of(facts: Facts, root: str) -> Sequence[Firm]:
    """List the firms of a top-level zone and of the zones in it."""
    return facts.firms_in.get(root, ())


def linked_firms(industry: str | None, firms: Sequence[Firm], policy: Policy) -> list[tuple[Firm, str]]:
    """List the firms that supply the industry or buy from it, each with the source of the link."""
    if industry is None:
        return []
    ends = [
        (there, link.source)
        for link in policy.links
        for here, there in ((link.supplier, link.customer), (link.customer, link.supplier))
        if industry.startswith(here)
    ]
    found = []
    for firm in firms:
        source = next((source for prefix, source in ends if firm.industry.startswith(prefix)), None)
        if source is not None:
            found.append((firm, source))
    return found


def line_yuan(lines: Lines, line: int, policy: Policy) -> int:
    """Give what a fitting line saves a year [yuan]: its value less the upgrade as an annuity, at least 0."""
    value = int(lines.value_yuan.value[line])
    known = bool(lines.upgrade_yuan.known[line])
    upgrade = int(lines.upgrade_yuan.value[line]) if known else policy.upgrade_share * value
    return max(0, round((value - upgrade) * policy.annuity_factor))


def by_product_yuan(name: str, kg_per_yr: int, policy: Policy) -> int:
    """Give what putting a by-product to use is worth a year [yuan], haulage taken off; 0 without a price."""
    price = policy.by_product.get(name)
    if price is None:
        return 0
    return max(0, round(kg_per_yr / KG_PER_T * (price.worth_yuan_t - price.haulage_yuan_t)))


def line_fits(products: tuple[str, ...], processes: tuple[str, ...], lines: Lines, line: int) -> bool:
    """Tell whether a line fits by product, and by process where both sides name theirs.

    Products fit when one name contains the other and the shorter has at least three characters.
    """
    makes = any(_same_product(wanted, made) for wanted in products for made in lines.products[line])
    known = processes and lines.processes[line]
    return makes and (not known or not set(processes).isdisjoint(lines.processes[line]))


def _same_product(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 3 and short in long)
