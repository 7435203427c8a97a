"""What a project is worth at a place, component by component, in sentences."""

from collections.abc import Callable

from yinfeng.core.matching.candidates import Candidates
from yinfeng.core.matching.facts import Facts, Numbers
from yinfeng.core.matching.policy import Policy
from yinfeng.core.matching.value import Component, firms_of, linked_firms
from yinfeng.core.text import Text
from yinfeng.core.units import DAYS_PER_YEAR, KG_PER_T
from yinfeng.tables.reasons import UNIT, amount, number, wan

NamesFirmsOf = Callable[[str | None], bool]
"""Whether firms of a zone, or of none, may be named to whoever reads the sentence."""

_NOT_GIVEN = Text("（未填）", "(not given)")


def component_reason(
    facts: Facts,
    policy: Policy,
    table: Candidates,
    row: int,
    component: Component,
    names_firms_of: NamesFirmsOf = lambda _: True,
) -> Text:
    """Say what a component of a candidate's value was reckoned from.

    Linked firms are neither counted nor named where one of them may not be.
    """
    i, area = int(table.project[row]), int(table.area[row])
    projects = facts.projects
    if component is Component.YIELD:
        tax, added = projects.number["tax_wan_yr"], projects.number["value_added_wan_yr"]
        paid, made = _given(tax, i), _given(added, i)
        return Text(
            f"年税收 {paid.zh} 万元、年增加值 {made.zh} 万元，按计算期内投产时间折算",
            f"tax {paid.en}, value added {made.en} ×10k yuan/yr, for the share of the horizon in production",
        )
    if component is Component.REUSE:
        return _reuse(table, row, policy)
    if component is Component.EQUIPMENT:
        names = "、".join(facts.lines.name[n] for n in table.line_sets[table.lines[row]])
        return Text(
            "产品和工艺合得上，接用 {names}，省下的设备投资减去改造费用",
            "product and process fit {names}: investment saved less the upgrade",
        ).format(names=names)
    if component is Component.BY_PRODUCTS:
        drawn = table.by_product_sets[table.by_products[row]]
        tonnes = [(name, number(kg / KG_PER_T)) for name, kg in drawn]
        used = Text(
            "、".join(f"{name} {t} {UNIT['t_per_yr'].zh}" for name, t in tonnes),
            ", ".join(f"{name} {t} {UNIT['t_per_yr'].en}" for name, t in tonnes),
        )
        return Text("就近利用 {used}", "uses {used} at hand").format(used=used)
    if component is Component.CHAIN:
        return chain_reason(facts, policy, *industry_and_root(facts, table, row), names_firms_of)
    if component is Component.SPACE:
        taken = amount(area, "m2")
        return Text(f"比理想面积多占，取用 {taken.zh}", f"takes more than wished: {taken.en}")
    return Text("场地比项目需要的时间晚交付", "the place is available later than needed")


def _given(numbers: Numbers, row: int) -> Text:
    """Write an amount of a ledger in 万元, or that it is not given."""
    if not numbers.known[row]:
        return _NOT_GIVEN
    shown = wan(int(numbers.value[row]))
    return Text(shown, shown)


def industry_and_root(facts: Facts, table: Candidates, row: int) -> tuple[str | None, str]:
    """Give the industry of a candidate's project and the top-level zone of its offer."""
    industry = facts.projects.key["industry_code"][int(table.project[row])]
    return industry, str(table.offers.key["root"][int(table.offer[row])][0])


def chain_reason(
    facts: Facts, policy: Policy, industry: str | None, root: str, names_firms_of: NamesFirmsOf
) -> Text:
    """Say which firms of a top-level zone an industry is linked with."""
    found = [firm for firm, _ in linked_firms(industry, firms_of(facts, root), policy)]
    if not all(names_firms_of(firm.zone) for firm in found):
        return Text("本区已有上下游企业", "linked firms are here")
    linked = [firm.name for firm in found]
    return Text("本区已有上下游企业 {n} 家：{names}", "{n} linked firms here: {names}").format(
        n=len(linked), names="、".join(linked[:3]) + ("等" if len(linked) > 3 else "")
    )


def _reuse(table: Candidates, row: int, policy: Policy) -> Text:
    offer, put_back = int(table.offer[row]), amount(int(table.area[row]), "m2")
    cap = number(policy.reuse_cap_years)
    if table.offers.parts[offer, 1] >= 0:  # a bundle
        return Text(
            f"盘活 {put_back.zh}，每块地按自己的闲置年数计（最多计 {cap} 年）",
            f"puts {put_back.en} back to use, each parcel by its own idle years (at most {cap} count)",
        )
    idle_days = policy.as_of - int(table.offers.number["idle_since"].value[offer])
    years = number(round(idle_days / DAYS_PER_YEAR, 1))
    return Text(
        f"盘活 {put_back.zh}，已闲置 {years} 年（最多计 {cap} 年）",
        f"puts {put_back.en} back to use, idle {years} years (at most {cap} count)",
    )
