"""What if: the plan before and after a supposition, who moves and why, in words and as sheets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.check import check
from yinfeng.core.matching.model import Model
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.pose import pose_listed
from yinfeng.core.matching.problem import Floats, Ints
from yinfeng.core.matching.result import Progress, Result, Status
from yinfeng.core.matching.revise import Revision, prepare, revise
from yinfeng.core.matching.solve import Beginning, solve
from yinfeng.core.matching.suppose import Supposed, suppose
from yinfeng.core.matching.whatif import Interval, difference
from yinfeng.core.text import Lang, Text
from yinfeng.core.units import YUAN_PER_WAN, from_engine
from yinfeng.tables.matching import rows_of, to_facts
from yinfeng.tables.plan_sheets import STATUS
from yinfeng.tables.read import Ledger
from yinfeng.tables.reasons import UNIT, amount, interval, listed, resource
from yinfeng.tables.suppositions import Said, Words, placements, read_supposition
from yinfeng.tables.write import Sheet

PRICES_SHOWN: Final = 8
"""Resources listed whose price changed most."""
_LEAST_CHANGE_YUAN: Final = 1_000
"""Changes of price that come to less for all there is of a resource are not a reason for a move."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a project takes."""

    offer: str
    area_m2: int
    value: int  # yuan a year


@dataclass(frozen=True, slots=True)
class Move:
    """A project that no longer has what it had."""

    project: int
    before: Place | None
    after: Place | None
    why: Text
    is_withdrawn: bool = False

    @property
    def what(self) -> Text:
        """Say in a word what happens to it."""
        if self.is_withdrawn:
            return Text("撤回", "withdrawn")
        if self.after is None:
            return Text("落空", "left out")
        if self.before is None:
            return Text("新落位", "newly placed")
        same = self.before.offer == self.after.offer
        return Text("原处，条件不同", "same place, other terms") if same else Text("改去别处", "moves")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A resource whose price in the relaxed problem changed."""

    resource: int
    before: float  # yuan a year per engine unit
    after: float


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A supposition answered."""

    model: Model
    said: Said
    supposed: Supposed
    before: Result
    revision: Revision
    moves: tuple[Move, ...]
    prices: tuple[PriceChange, ...]

    @property
    def after(self) -> Result:
        """The answer to the changed question."""
        return self.revision.result

    @property
    def change(self) -> Interval:
        """What the best plan is worth more, as far as both plans are proven."""
        return difference(self.after, self.before)


def ask(
    ledgers: Mapping[str, Ledger],
    policy: Policy,
    words: Words,
    *,
    plan: Path | None = None,
    time_limit_s: float = 30.0,
    seed: int = 0,
    memory: int | None = None,
    step: Callable[[Text], None] = lambda _: None,
    progress: Callable[[Progress], bool] | None = None,
) -> WhatIf:
    """Answer a supposition about ledgers.

    plan: a workbook whose placements the old plan begins from. time_limit_s: wall clock of each plan [s].
    memory: bytes there are to use. Every candidate is listed.
    Raises InputError for a supposition that cannot be read or a pin that breaks a rule, RuntimeError if the
    new plan fails its check.
    """
    step(Text("核对每个项目与每处场地的硬性条件", "Testing every project at every place"))
    rows = {name: rows_of(ledger) for name, ledger in ledgers.items()}
    model = pose_listed(to_facts(ledgers, policy), policy, memory=memory)
    said = read_supposition(words, rows, model)
    supposed = suppose(model, said.supposition)
    _refuse_pins(supposed)
    step(Text("求原方案", "Solving as it is"))
    begin = Beginning(chosen=placements(plan, model) if plan is not None else None)
    before = solve(model.problem, time_limit_s=time_limit_s, seed=seed, progress=progress, begin=begin)
    step(Text("求改变后的方案", "Solving as supposed"))
    revision = revise(prepare(model.problem, before), supposed.change, seed=seed, time_limit_s=time_limit_s)
    broken = check(revision.problem, revision.result)
    if broken:
        raise RuntimeError("the plan fails its check: " + "; ".join(text.en for text in broken))
    return WhatIf(
        model=model,
        said=said,
        supposed=supposed,
        before=before,
        revision=revision,
        moves=_moves(model, said, supposed, before, revision),
        prices=_price_changes(model, before, revision),
    )


def _refuse_pins(supposed: Supposed) -> None:
    faults = [
        problem_fault(
            "pin-refused",
            f"{refused.pin.project}@{'+'.join(refused.pin.places)}",
            Text("不违反硬性条件的指定", "a pin that breaks no hard rule"),
            Text("违反 {codes}", "it breaks {codes}").format(codes=listed(m.code for m in refused.misses))
            if refused.misses
            else Text("这些场地不能合用", "these places are not offered together"),
        )
        for refused in supposed.refused_pins
    ]
    if faults:
        raise InputError(faults)


def _place(choice: tuple[Candidates, int] | None) -> Place | None:
    if choice is None:
        return None
    table, row = choice
    return Place(table.offers.id[int(table.offer[row])], int(table.area[row]), int(table.value[row]))


def _moves(
    model: Model, said: Said, supposed: Supposed, before: Result, revision: Revision
) -> tuple[Move, ...]:
    """Say of each project that moved where from, where to and why; the dearest differences first."""
    if revision.result.status is Status.INFEASIBLE:
        return ()
    moves = []
    used_to_hold = _holders(model, before)
    for i in revision.moved.tolist():
        k = int(before.chosen[i])
        old = _place(model.candidate(k) if k >= 0 else None)
        new = _place(supposed.choice(revision, i))
        if old == new and model.facts.projects.id[i] not in said.asked:
            continue  # the same place on the same terms, by another candidate
        is_withdrawn = model.facts.projects.id[i] in said.supposition.withdrawn
        why = _why(model, said, before, revision, i, used_to_hold)
        moves.append(Move(i, old, new, why, is_withdrawn))
    return tuple(sorted(moves, key=lambda move: (-abs(_gained(move)), move.project)))


def _gained(move: Move) -> int:
    return (move.after.value if move.after else 0) - (move.before.value if move.before else 0)


def _holders(model: Model, result: Result) -> dict[int, list[int]]:
    """Give who held a place or a line before: resource → projects."""
    holders: dict[int, list[int]] = {}
    for i, k in enumerate(result.chosen.tolist()):
        if k >= 0:
            for r in _resources(model.problem.use_start, model.problem.use_resource, k):
                holders.setdefault(r, []).append(i)
    return holders


def _resources(use_start: Ints, use_resource: Ints, k: int) -> list[int]:
    found: list[int] = use_resource[use_start[k] : use_start[k + 1]].tolist()
    return found


def _why(
    model: Model,
    said: Said,
    before: Result,
    revision: Revision,
    i: int,
    used_to_hold: Mapping[int, list[int]],
) -> Text:
    """Find why a project moves: asked for; what it used is scarcer; what it takes is freer; others moved."""
    name = model.facts.projects.id[i]
    if name in said.asked:
        return said.asked[name]
    rise = revision.result.price - before.price
    old, new = int(before.chosen[i]), int(revision.result.chosen[i])
    drawn = _toll_by_resource(model.problem.use_start, model.problem.use_resource, model.problem.use_amount)
    dearest = max(drawn(old, rise), default=(0.0, -1))
    if dearest[0] >= _LEAST_CHANGE_YUAN:
        return _scarcer(model, dearest)
    short = _short(model, before, revision, old)
    if short is not None:
        return short
    if new < 0:
        return Text("让给价值更高的项目", "gives way to projects worth more")
    after = revision.problem
    left_by = [
        j
        for r in _resources(after.use_start, after.use_resource, new)
        if model.resources[r].kind in {"area", "line"}
        for j in used_to_hold.get(r, ())
        if j != i
    ]
    if left_by:
        others = listed(model.facts.projects.id[j] for j in left_by[:3])
        return Text("用上 {others} 原来用的场地", "takes what {others} had").format(others=others)
    cheapest = max(
        _toll_by_resource(after.use_start, after.use_resource, after.use_amount)(new, -rise),
        default=(0.0, -1),
    )
    if cheapest[0] >= _LEAST_CHANGE_YUAN:
        return _freer(model, cheapest)
    return Text("随其他项目调整，总价值相近", "follows from the others; worth about as much in all")


def _short(model: Model, before: Result, revision: Revision, old: int) -> Text | None:
    """Say which resource of a choice no longer suffices for all who drew on it."""
    if old < 0:
        return None
    used = model.problem.usage(before.chosen)
    for r in _resources(model.problem.use_start, model.problem.use_resource, old):
        left = revision.change.capacity.get(r)
        if left is not None and used[r] > left:
            what = model.resources[r]
            return Text("原处所用的{what}只剩 {left}", "what it used, {what}, is down to {left}").format(
                what=resource(model, what), left=amount(left, what.unit)
            )
    return None


def _toll_by_resource(
    use_start: Ints, use_resource: Ints, use_amount: Ints
) -> Callable[[int, Floats], list[tuple[float, int]]]:
    def tolls(k: int, price: Floats) -> list[tuple[float, int]]:
        if k < 0:
            return []
        uses = slice(int(use_start[k]), int(use_start[k + 1]))
        worth = price[use_resource[uses]] * use_amount[uses]
        return list(zip(worth.tolist(), use_resource[uses].tolist(), strict=True))

    return tolls


def _scarcer(model: Model, dearest: tuple[float, int]) -> Text:
    return Text(
        "原处所用的{what}更紧，按价格多计 {wan} 万元/年",
        "what it used, {what}, is scarcer: {wan} ×10k yuan/yr more by price",
    ).format(what=resource(model, model.resources[dearest[1]]), wan=f"{dearest[0] / YUAN_PER_WAN:,.1f}")


def _freer(model: Model, cheapest: tuple[float, int]) -> Text:
    return Text(
        "新处所用的{what}松了，按价格少计 {wan} 万元/年",
        "what it now uses, {what}, is freer: {wan} ×10k yuan/yr less by price",
    ).format(what=resource(model, model.resources[cheapest[1]]), wan=f"{cheapest[0] / YUAN_PER_WAN:,.1f}")


def _price_changes(model: Model, before: Result, revision: Revision) -> tuple[PriceChange, ...]:
    """List the resources whose price changed most, by what all there is of it comes to."""
    if revision.result.status is Status.INFEASIBLE:
        return ()
    rise = revision.result.price - before.price
    worth = np.abs(rise) * model.problem.capacity
    order = np.argsort(-worth, kind="stable")[:PRICES_SHOWN]
    return tuple(
        PriceChange(int(r), float(before.price[r]), float(revision.result.price[r]))
        for r in order
        if worth[r] >= _LEAST_CHANGE_YUAN
    )


def price_in_words(model: Model, change: PriceChange) -> tuple[Text, Text, Text]:
    """Name the resource, and give its price before and after for a unit that people see."""
    what = model.resources[change.resource]
    per_unit = 1 / from_engine(1, what.unit)
    ends = [
        Text(
            f"{price * per_unit:,.1f} 元/年·{UNIT[what.unit].zh}",
            f"{price * per_unit:,.1f} yuan/yr per {UNIT[what.unit].en}",
        )
        for price in (change.before, change.after)
    ]
    return resource(model, what), ends[0], ends[1]


def standing(result: Result) -> Text:
    """Say what a plan is worth, what no plan can exceed, and how well that is proven."""
    return Text(
        "价值 {value} 万元/年，不可能超过 {bound}，差距 {gap}（{status}）",
        "worth {value} ×10k yuan/yr, bound {bound}, gap {gap} ({status})",
    ).format(
        value=f"{result.value / YUAN_PER_WAN:,.1f}",
        bound=f"{result.bound / YUAN_PER_WAN:,.1f}",
        gap=f"{result.gap:.2%}",
        status=STATUS[result.status],
    )


def change_in_words(answer: WhatIf) -> Text:
    """Say what the supposition is worth, as far as it is proven; warn where the gaps are larger than it."""
    between = Text("最好方案的价值变化：{change}", "change of the best plan's value: {change}").format(
        change=interval(answer.change)
    )
    if answer.change.low < 0 < answer.change.high:
        return Text(
            between.zh + "；差距比变化大，只知道方案本身变化 {plans} 万元/年",
            between.en
            + "; the gaps are larger than the change; the plans found differ by {plans} ×10k yuan/yr",
        ).format(plans=f"{(answer.after.value - answer.before.value) / YUAN_PER_WAN:,.1f}")
    return between


def place_in_words(model: Model, place: Place | None) -> Text:
    """Name what a project takes."""
    if place is None:
        return Text("无", "none")
    area = amount(place.area_m2, "m2")
    return Text(f"{place.offer}（{area.zh}）", f"{place.offer} ({area.en})")


def sheets(answer: WhatIf, settings: Mapping[str, str], lang: Lang) -> list[Sheet]:
    """Lay out an answer as the sheets of a workbook: what moves, prices, the basis."""
    return [_move_sheet(answer, lang), _price_sheet(answer, lang), _basis_sheet(answer, settings, lang)]


def _move_sheet(answer: WhatIf, lang: Lang) -> Sheet:
    headers = [
        Text("项目编号", "Project id"),
        Text("项目名称", "Project"),
        Text("变化", "What happens"),
        Text("原来的场地", "Place before"),
        Text("现在的场地", "Place after"),
        Text("原价值（万元/年）", "Value before (×10k yuan/yr)"),
        Text("现价值（万元/年）", "Value after (×10k yuan/yr)"),
        Text("为什么", "Why"),
    ]
    projects = answer.model.facts.projects
    rows = [
        [
            projects.id[move.project],
            projects.name[move.project],
            move.what.of(lang),
            place_in_words(answer.model, move.before).of(lang),
            place_in_words(answer.model, move.after).of(lang),
            _wan(move.before),
            _wan(move.after),
            move.why.of(lang),
        ]
        for move in answer.moves
    ]
    notes = [line.of(lang) for line in summary(answer)]
    return Sheet(
        Text("谁动了", "What moves").of(lang),
        [h.of(lang) for h in headers],
        rows,
        notes=notes,
        column_formats={5: "#,##0.0_ ", 6: "#,##0.0_ "},
    )


def _wan(place: Place | None) -> float:
    return round(place.value / YUAN_PER_WAN, 2) if place else 0.0


def summary(answer: WhatIf) -> list[Text]:
    """Say what was supposed, and what the plan is worth before and after."""
    return [
        *answer.said.lines,
        Text("原方案：{it}", "as it is: {it}").format(it=standing(answer.before)),
        Text("改变后：{it}", "as supposed: {it}").format(it=standing(answer.after)),
        change_in_words(answer),
    ]


def _price_sheet(answer: WhatIf, lang: Lang) -> Sheet:
    headers = [
        Text("资源", "Resource"),
        Text("原价格（松弛问题）", "Price before (relaxed problem)"),
        Text("现价格（松弛问题）", "Price after (relaxed problem)"),
    ]
    rows = [[text.of(lang) for text in price_in_words(answer.model, change)] for change in answer.prices]
    return Sheet(Text("价格", "Prices").of(lang), [h.of(lang) for h in headers], rows)


def _basis_sheet(answer: WhatIf, settings: Mapping[str, str], lang: Lang) -> Sheet:
    rows = [[text.of(lang), ""] for text in summary(answer)] + [list(pair) for pair in settings.items()]
    headers = [Text("项", "Item"), Text("取值", "Value")]
    return Sheet(Text("依据", "Basis").of(lang), [h.of(lang) for h in headers], rows)
