"""The facts as a database would hold them: columns of codes and numbers, and one key that joins on equality.

Kind, planned use, industries admitted and zone of an offer make its group. A project is exploded into the
groups it may go to, which settles four rules by an equi-join; the other seven are filters. A need that is not
asked, or a property that is not known, is a number that decides the comparison.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from benchmarks.ours import Top
from yinfeng.core.matching.area import area_need
from yinfeng.core.matching.facts import KINDS, Facts, Keys, Kind, Numbers
from yinfeng.core.matching.offers import Offers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.problem import Bools, Floats, Ints
from yinfeng.core.matching.rules import BY_CODE, Verdict, judge_keys
from yinfeng.core.matching.value import DAYS_PER_MONTH, firms_of, linked_firms, yearly_yield
from yinfeng.core.units import DAYS_PER_YEAR

FAR = 2**60  # no number of the facts is larger
SHIFT = 2**22  # more than there are offers
AT_LEAST = ("clear_height_m", "floor_load_t_m2", "crane_t", "power_kva")
AT_MOST = ("fire_class", "available_on")
NEED_OF = {"available_on": "needed_on"}
BUILDING_ONLY = ("clear_height_m", "floor_load_t_m2", "crane_t", "fire_class")


@dataclass(frozen=True, eq=False)
class Tables:
    """What a database holds before it is asked."""

    offers: pa.Table  # one row an offer: its group, what it has, what its value rests on
    needs: dict[str, Ints | Floats]  # (n,) columns of the projects that do not depend on the kind
    by_kind: dict[Kind, dict[str, Ints | Bools]]  # (n,) columns that do: area asked, yearly yield
    allowed: dict[str, Bools]  # rule code → (distinct needs, groups): the category rules
    need_key: dict[str, Ints]  # rule code → (n,) row of `allowed`
    zone_groups: tuple[Ints, Ints]  # start and groups of each distinct wish for zones
    chain: Ints  # (distinct industries, groups) yuan a year
    industry: Ints  # (n,)
    zones: Ints  # (n,) row of `zone_groups`
    group_kind: Ints  # (groups,) position in KINDS


def tables(facts: Facts, offers: dict[Kind, Offers], policy: Policy) -> Tables:
    """Write the facts as columns."""
    group, of_group = _groups(offers)
    columns = {kind: _offer_columns(facts, offers[kind], policy) for kind in KINDS}
    held = {name: np.concatenate([columns[kind][name] for kind in KINDS]) for name in columns[KINDS[0]]}
    held = {"grp": group.astype(np.int32), "code": np.arange(len(group)), **held}
    projects = facts.projects
    allowed = {
        code: _judged(code, projects.key[BY_CODE[code].need], keys, rows, policy)
        for code, keys, rows in of_group.categories
    }
    yearly, known = yearly_yield(projects, policy)
    ready = np.maximum(0, projects.number["needed_on"].or_else(policy.as_of) - policy.as_of)
    needs: dict[str, Ints | Floats] = {
        **{f"need_{c}": _asked_least(projects.number[c]) for c in AT_LEAST},
        **{f"need_{c}": _asked_most(projects.number[NEED_OF.get(c, c)], c, policy) for c in AT_MOST},
        "ready_on": ready + policy.as_of,
        "monthly": np.where(known, yearly, 0.0),
    }
    return Tables(
        offers=pa.table(held),
        needs=needs,
        by_kind={kind: _by_kind(facts, kind, policy, yearly, known, ready) for kind in KINDS},
        allowed=allowed,
        need_key={code: projects.key[BY_CODE[code].need].index for code in allowed},
        zone_groups=_zone_groups(projects.key["zones"], of_group.within, of_group.within_row),
        chain=_chain(facts, of_group.root, policy),
        industry=projects.key["industry_code"].index,
        zones=projects.key["zones"].index,
        group_kind=of_group.kind,
    )


@dataclass(frozen=True, eq=False)
class _OfGroup:
    kind: Ints
    categories: list[tuple[str, Keys, Ints]]  # rule code, its keys, row of each group in them
    within: Keys
    within_row: Ints
    root: list[str]


def _groups(offers: dict[Kind, Offers]) -> tuple[Ints, _OfGroup]:
    """Give each offer its group, and each group what makes it; shape (m,) over land, then buildings."""
    names = ("kind", "land_use", "industries", "within", "root")
    keys = {name: Keys.of(key for kind in KINDS for key in _values(offers[kind].key[name])) for name in names}
    kind = np.concatenate([np.full(len(offers[k]), at) for at, k in enumerate(KINDS)])
    rows = np.stack([kind, *(keys[name].index for name in names)], axis=1)
    distinct, group = np.unique(rows, axis=0, return_inverse=True)
    at = {name: distinct[:, n + 1] for n, name in enumerate(names)}
    codes = {"M01": "kind", "M03": "land_use", "M04": "industries"}
    return group.reshape(-1), _OfGroup(
        kind=distinct[:, 0],
        categories=[(code, keys[name], at[name]) for code, name in codes.items()],
        within=keys["within"],
        within_row=at["within"],
        root=[str(keys["root"].distinct[row][0]) for row in at["root"].tolist()],
    )


def _values(keys: Keys) -> list[object]:
    return [keys.distinct[row] for row in keys.index.tolist()]


def _judged(code: str, needs: Keys, places: Keys, row: Ints, policy: Policy) -> Bools:
    every = Keys(np.arange(len(needs.distinct)), needs.distinct)
    there = Keys(np.arange(len(places.distinct)), places.distinct)
    passes: Bools = judge_keys(BY_CODE[code], every, there, policy)[:, row] == Verdict.PASSES
    return passes


def _zone_groups(wishes: Keys, within: Keys, within_row: Ints) -> tuple[Ints, Ints]:
    """Explode each distinct wish for zones into the groups of those zones."""
    covers: dict[str, set[int]] = {}
    for row, parts in enumerate(within.distinct):
        for name in set.intersection(*(set(part) for part in parts)):
            covers.setdefault(name, set()).add(row)
    excluded_by: dict[str, set[int]] = {}
    for row, parts in enumerate(within.distinct):
        for name in set.union(*(set(part) for part in parts)):
            excluded_by.setdefault(name, set()).add(row)
    by_row = np.argsort(within_row, kind="stable")
    starts = np.searchsorted(within_row[by_row], np.arange(len(within.distinct) + 1))
    every = set(range(len(within.distinct)))
    found = []
    for wished, excluded in wishes.distinct:
        rows = set().union(*(covers.get(name, set()) for name in wished)) if wished else every
        rows = rows - set().union(*(excluded_by.get(name, set()) for name in excluded))
        parts_of = [by_row[starts[row] : starts[row + 1]] for row in sorted(rows)]
        found.append(np.concatenate([np.zeros(0, dtype=np.int64), *parts_of]))
    start = np.concatenate([[0], np.cumsum([len(groups) for groups in found])]).astype(np.int64)
    return start, np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _offer_columns(facts: Facts, offers: Offers, policy: Policy) -> dict[str, Ints | Floats | Bools]:
    number, m = offers.number, len(offers)
    is_building = offers.kind == "building"
    has: dict[str, Ints | Floats | Bools] = {}
    for c in AT_LEAST:
        asked = is_building or c not in BUILDING_ONLY
        has[f"has_{c}"] = np.where(number[c].known, number[c].value, -1) if asked else np.full(m, FAR)
    for c in AT_MOST:
        asked = is_building or c not in BUILDING_ONLY
        has[f"has_{c}"] = np.where(number[c].known, number[c].value, FAR) if asked else np.full(m, -FAR)
    since = facts.places.number["idle_since"]
    years = np.clip((policy.as_of - since.value) / DAYS_PER_YEAR, 0, policy.reuse_cap_years)
    years = np.where(since.known, years, 0.0)
    free = facts.places.number["area_m2"].value
    present = offers.parts >= 0
    bundled = (np.where(present, years[offers.parts], 0.0) * np.where(present, free[offers.parts], 0)).sum(1)
    area = number["area_m2"]
    return {
        **has,
        "free": np.where(area.known, area.value, 0),
        "share": number["smallest_share_m2"].or_else(1),
        "divisible": offers.divisible,
        "idle_years": np.where(offers.is_bundle, 0.0, years[offers.parts[:, 0]]),
        "idle_bundled": np.where(offers.is_bundle, bundled, 0.0),
        "reuse_yuan": np.full(m, policy.reuse_yuan_m2_yr[offers.kind]),
        "space_yuan": np.full(m, policy.space_yuan_m2[offers.kind]),
        "from_on": np.where(number["available_on"].known, number["available_on"].value, 0),
    }


def _asked_least(numbers: Numbers) -> Ints:
    return np.where(numbers.known & (numbers.value > 0), numbers.value, -1)


def _asked_most(numbers: Numbers, column: str, policy: Policy) -> Ints:
    slack = policy.tolerance_days if column == "available_on" else 0
    return np.where(numbers.known, numbers.value + slack, FAR)


def _by_kind(
    facts: Facts, kind: Kind, policy: Policy, yearly: Floats, known: Bools, ready: Ints
) -> dict[str, Ints | Bools]:
    need = area_need(facts.projects, kind)
    until = np.round(ready / DAYS_PER_MONTH) + policy.build_months[kind]
    share = np.maximum(0, policy.horizon_months - until) / policy.horizon_months
    gained = np.where(known, np.rint(yearly * share), 0).astype(np.int64)
    return {"given": need.given, "lo": need.lo, "hi": need.hi, "wish": need.wish, "yield": gained}


def _chain(facts: Facts, root: list[str], policy: Policy) -> Ints:
    industries = facts.projects.key["industry_code"].distinct
    of_root = {
        name: [_linked(facts, name, industry, policy) for industry in industries] for name in set(root)
    }
    return np.array([of_root[name] for name in root], dtype=np.int64).reshape(len(root), len(industries)).T


def _linked(facts: Facts, root: str, industry: str | None, policy: Policy) -> int:
    linked = len(linked_firms(industry, firms_of(facts, root), policy))
    return round(min(policy.chain_cap_yuan, linked * policy.chain_yuan_firm))


def exploded(held: Tables) -> pa.Table:
    """Give a row for each project and each group it may go to, with all that is asked there."""
    start, groups = held.zone_groups
    size = np.diff(start)[held.zones]
    project = np.repeat(np.arange(len(held.zones)), size)
    first = np.repeat(start[held.zones] - np.concatenate([[0], np.cumsum(size)[:-1]]), size)
    group = groups[first + np.arange(len(project))]
    keep = np.ones(len(project), dtype=np.bool_)
    for code, allowed in held.allowed.items():
        keep &= allowed[held.need_key[code][project], group]
    project, group = project[keep], group[keep]
    kind = held.group_kind[group]
    of_kind = {
        name: np.stack([held.by_kind[k][name] for k in KINDS])[kind, project]
        for name in held.by_kind[KINDS[0]]
    }
    given = of_kind.pop("given")
    of_kind["base"] = of_kind.pop("yield") + held.chain[held.industry[project], group]
    columns = {name: values[project] for name, values in held.needs.items()} | of_kind
    return pa.table(
        {
            "project": project[given].astype(np.int32),
            "grp": group[given].astype(np.int32),
            **{name: values[given] for name, values in columns.items()},
        }
    )


def pairs_of(project: Ints, key: Ints) -> Top:
    """Take project, offer and value out of the one number that pairs were ranked by."""
    return Top(project, SHIFT - 1 - key % SHIFT, key // SHIFT)
