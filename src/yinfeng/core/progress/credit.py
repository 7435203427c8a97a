"""Signings credited once: the first counts, upgrades do not, an increase adds, a new investor moves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from yinfeng.core.figures import Figure, Side
from yinfeng.core.progress.problem import Signing
from yinfeng.core.progress.scope import ITEMS, YI, Scope
from yinfeng.core.text import Text

_UPGRADED: Final = Text("升级只算进展，不重复计", "an upgrade is progress, not counted again")
_AGAIN: Final = Text("同一项目已计过，不重复计", "the project was counted before")
_ADDED: Final = Text("增资只计增加额", "an increase counts only what it adds")
_MOVED_HERE: Final = Text("投资主体变更，改计在这一次", "the investor changed: the credit moved here")
_MOVED: Final = Text(
    "投资主体变更，已改计到后一次签约", "the investor changed: the credit moved to the later signing"
)
_FIRST: Final = Text("首次签约", "first signing")
_WHOLE: Final = Text("汇总行", "an aggregate")
_READ_AS_TOTAL: Final = Text(
    "增资额未填，按增资后总额减原签约额计", "amount added not filled in: the new total less the old one"
)
_READ_AS_ADDED: Final = Text(
    "增资额未填，签约额不大于原签约额，按增加额计",
    "amount added not filled in: not above the old one, so read as what was added",
)
_NO_FUNDS: Final = Text(
    "有 {n} 行没有填到位资金，按没有到位计", "{n} rows tell of no funds arrived: counted as none"
)
_NOT_RECOGNISED: Final = Text("不认定：{reason}", "not recognised: {reason}")


@dataclass(frozen=True, slots=True)
class Credit:
    """What a row of the ledger of signings counts for, and why."""

    signing: Signing
    number: Fraction
    amount: Fraction
    reason: Text


def credits(signings: Sequence[Signing], methods: Mapping[str, str]) -> tuple[Credit, ...]:
    """Say of every signing how many projects and how much money it counts for, whatever its period.

    methods: kind of signing → once, progress, added, moves; ``each`` counts a row whatever came before.
    """
    by_project: dict[str, list[Signing]] = {}
    found: list[Credit] = []
    for one in signings:
        if one.not_counted:
            reason = _NOT_RECOGNISED.format(reason=one.not_counted)
            found.append(Credit(one, Fraction(), Fraction(), reason))
        elif not one.project:
            found.append(Credit(one, one.count or Fraction(), one.amount or Fraction(), _WHOLE))
        else:
            by_project.setdefault(one.project, []).append(one)
    for rows in by_project.values():
        found += _of_project(sorted(rows, key=_order), methods)
    order = {one.row: at for at, one in enumerate(signings)}
    return tuple(sorted(found, key=lambda credit: order[credit.signing.row]))


def _order(one: Signing) -> tuple[date, str, str]:
    return one.on or date.max, (one.kind != "first" and one.kind) or "", one.row


def _of_project(rows: Sequence[Signing], methods: Mapping[str, str]) -> Iterator[Credit]:
    given: list[Credit] = []
    total = Fraction()
    for at, one in enumerate(rows):
        method = methods.get(one.kind or ("first" if at == 0 else "upgraded"), "once")
        credit = _credit(one, method, total, is_new=not given)
        if method == "moves":
            given = [
                replace(old, number=Fraction(), amount=Fraction(), reason=_MOVED)
                if old.number or old.amount
                else old
                for old in given
            ]
        given.append(credit)
        total = credit.amount if method in ("moves", "once") and credit.number else total + credit.amount
    yield from given


def _credit(one: Signing, method: str, total: Fraction, *, is_new: bool) -> Credit:
    amount = one.amount or Fraction()
    if method == "moves":
        return Credit(one, Fraction(1), amount or total, _MOVED_HERE)
    if method == "added":
        added, how = _added(one, total)
        return Credit(one, Fraction(), added, how)
    if method == "progress":
        return Credit(one, Fraction(), Fraction(), _UPGRADED if one.kind else _AGAIN)
    if method == "once" and not is_new:
        return Credit(one, Fraction(), Fraction(), _AGAIN)
    return Credit(one, Fraction(1), amount, _FIRST)


def _added(one: Signing, total: Fraction) -> tuple[Fraction, Text]:
    if one.added is not None:
        return one.added, _ADDED
    amount = one.amount or Fraction()
    if total and amount > total:
        return amount - total, _READ_AS_TOTAL
    return amount, _READ_AS_ADDED


def credited(scope: Scope) -> tuple[Credit, ...]:
    """Give the credits of the period; a signing without a day counts in it."""
    return tuple(
        one
        for one in credits(scope.problem.signings, scope.rules.credit)
        if one.signing.on is None or scope.period.holds(one.signing.on)
    )


def signing_figures(scope: Scope) -> Iterator[Figure]:
    """Yield number and amount signed in the period, and the funds that arrived of them."""
    if not scope.problem.signings:
        return
    found = credited(scope)
    entries = ("progress.credit",)
    numbers = [one for one in found if one.number]
    amounts = [one for one in found if one.amount]
    notes = _notes(found)
    yield scope.figure(
        "signed-count", "count", _side(numbers, of_money=False), unit=ITEMS, entries=entries, notes=notes
    )
    yield scope.figure(
        "signed-amount", "amount", _side(amounts, of_money=True), unit=YI, entries=entries, notes=notes
    )
    arrived = [one for one in found if one.signing.arrived is not None]
    if arrived and amounts:
        side = Side(
            sum((one.signing.arrived or Fraction() for one in arrived), Fraction()),
            tuple(one.signing.row for one in arrived),
            is_aggregate=any(not one.signing.project for one in arrived),
        )
        silent = sum(one.signing.arrived is None for one in numbers)
        notes = [_NO_FUNDS.format(n=silent)] if silent else []
        yield scope.figure(
            "funds-arrival-rate", "share", side, _side(amounts, of_money=True), entries=entries, notes=notes
        )
    started = [one for one in found if one.signing.started_count is not None and one.number]
    if started and not scope.problem.listings:
        side = Side(
            sum((one.signing.started_count or Fraction() for one in started), Fraction()),
            tuple(one.signing.row for one in started),
            is_aggregate=True,
        )
        yield scope.figure(
            "signed-start-rate", "share", side, _side(started, of_money=False), entries=entries
        )


def _side(found: Sequence[Credit], *, of_money: bool) -> Side:
    values = [one.amount if of_money else one.number for one in found]
    return Side(
        sum(values, Fraction()),
        tuple(one.signing.row for one in found),
        is_aggregate=any(not one.signing.project for one in found),
    )


def _notes(found: Sequence[Credit]) -> list[Text]:
    notes = []
    undated = sum(one.signing.on is None and bool(one.signing.project) for one in found)
    if undated:
        notes.append(
            Text(
                f"有 {undated} 行没有签约日期，按期内计", f"{undated} rows without a day count in the period"
            )
        )
    silent = sum(not one.number and not one.amount for one in found)
    if silent:
        notes.append(
            Text(
                f"有 {silent} 行不另计，原因见签约表",
                f"{silent} rows are not counted, see the sheet of signings",
            )
        )
    unpriced = sum(one.number and one.signing.amount is None for one in found)
    if unpriced:
        notes.append(Text(f"有 {unpriced} 个项目没有签约额", f"{unpriced} projects without an amount"))
    return notes
