"""Rulebooks: dated, sourced entries in TOML, read into the policy that holds on a date."""

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final

from yinfeng.core.errors import Fault, InputError
from yinfeng.core.matching.facts import Kind
from yinfeng.core.matching.policy import ByProductPrice, Entry, Link, Policy
from yinfeng.core.matching.rules import BY_CODE
from yinfeng.core.text import Text
from yinfeng.core.units import YUAN_PER_WAN

BASES: Final = ("law", "standard", "policy", "assumption")
_RECHECK: Final = "verified.recheck_days"
_NEEDED: Final = ("key", "value", "unit", "valid_from", "basis", "source", "zh", "en")


def names() -> tuple[str, ...]:
    """List the rulebooks that come with the product."""
    folder = resources.files("yinfeng.rulebooks")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def read_policy(rulebook: str, as_of: date) -> Policy:
    """Read the policy that holds on a date.

    rulebook: the name of one that comes with the product, or the path of a TOML file.
    Raises InputError with every fault of the file at once.
    """
    about, entries = _entries(rulebook)
    current = _current(rulebook, entries, as_of)
    values = {key: entry["value"] for key, entry in current.items()}
    missing = sorted(_KEYS - values.keys())
    if entries and not current:
        raise InputError([_too_early(rulebook, min(entry["valid_from"] for entry in entries), as_of)])
    if missing:
        raise InputError([_missing(rulebook, key, as_of) for key in missing])
    try:
        return _policy(str(about.get("name", rulebook)), as_of, values, current)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            [
                _fault(
                    rulebook,
                    "rulebook-value",
                    str(error),
                    Text("与自带规则库同样形状的取值", "values of the same shape as in the bundled rulebook"),
                    Text("照自带的 shanxi.toml 改正", "mend it after the bundled shanxi.toml"),
                )
            ]
        ) from error


def recheck_days(rulebook: str, as_of: date) -> int:
    """Give how many days after a check on site a place is to be seen again.

    Raises InputError where the rulebook has no such entry that holds on the date.
    """
    _, entries = _entries(rulebook)
    entry = _current(rulebook, entries, as_of).get(_RECHECK)
    if entry is None:
        raise InputError([_missing(rulebook, _RECHECK, as_of)])
    return int(entry["value"])


def _entries(rulebook: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    path = Path(rulebook)
    if path.suffix == ".toml":
        text = path.read_text(encoding="utf-8") if path.is_file() else None
    else:
        bundled = resources.files("yinfeng.rulebooks") / f"{rulebook}.toml"
        text = bundled.read_text(encoding="utf-8") if bundled.is_file() else None
    if text is None:
        known = "、".join(names())
        raise InputError(
            [
                _fault(
                    rulebook,
                    "no-rulebook",
                    rulebook,
                    Text(f"规则库名称（{known}）或 .toml 文件", f"a rulebook ({known}) or a .toml file"),
                    Text("改正名称或路径", "correct the name or the path"),
                )
            ]
        )
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            [
                _fault(
                    rulebook,
                    "not-toml",
                    str(error),
                    Text("有效的 TOML", "valid TOML"),
                    Text("改正所指的行", "mend the line it names"),
                )
            ]
        ) from error
    return content.get("about", {}), content.get("entry", [])


def _current(rulebook: str, entries: list[dict[str, Any]], as_of: date) -> dict[str, dict[str, Any]]:
    """Choose for each key the latest entry that holds; refuse entries without date, basis or source."""
    faults = []
    current: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(entries, start=1):
        lacking = [name for name in _NEEDED if name not in entry]
        if lacking or entry["basis"] not in BASES or not isinstance(entry["valid_from"], date):
            faults.append(
                _fault(
                    rulebook,
                    "rulebook-entry",
                    str(entry.get("key", f"#{number}")),
                    Text(
                        "齐全的 " + "、".join(_NEEDED) + f"；basis 为 {'、'.join(BASES)} 之一",
                        "all of " + ", ".join(_NEEDED) + f"; basis one of {', '.join(BASES)}",
                    ),
                    Text("补上：" + "、".join(lacking), "add: " + ", ".join(lacking)),
                )
            )
        elif entry["valid_from"] <= as_of:
            known = current.get(entry["key"])
            if known is None or known["valid_from"] <= entry["valid_from"]:
                current[entry["key"]] = entry
    if faults:
        raise InputError(faults)
    return current


_KEYS: Final = frozenset(
    {
        "yield.tax_weight", "yield.value_added_weight", "yield.horizon_months", "yield.build_months",
        "reuse.price", "reuse.cap_years", "equipment.annuity", "equipment.upgrade_share", "space.price",
        "chain.price", "chain.links", "by_products.price", "readiness.share_per_month",
        "available.tolerance_days", "verified.limit", "intensity.floor", "land_use.admits",
        "chemical.industries", "pins.waivable", "replan.move_cost",
    }
)  # fmt: skip


def _policy(
    name: str, as_of: date, values: Mapping[str, Any], current: Mapping[str, dict[str, Any]]
) -> Policy:
    waivable = frozenset(values["pins.waivable"])
    for code in waivable:
        if not BY_CODE[code].may_be_waived:
            raise ValueError(f"pins.waivable: {code} may never be waived")
    return Policy(
        name=name,
        as_of=as_of.toordinal(),
        tax_weight=float(values["yield.tax_weight"]),
        value_added_weight=float(values["yield.value_added_weight"]),
        horizon_months=int(values["yield.horizon_months"]),
        build_months={kind: int(months) for kind, months in _by_kind(values["yield.build_months"])},
        reuse_yuan_m2_yr=dict(_by_kind(values["reuse.price"])),
        reuse_cap_years=float(values["reuse.cap_years"]),
        annuity_factor=annuity(**values["equipment.annuity"]),
        upgrade_share=float(values["equipment.upgrade_share"]),
        space_yuan_m2=dict(_by_kind(values["space.price"])),
        chain_yuan_firm=values["chain.price"]["firm"] * YUAN_PER_WAN,
        chain_cap_yuan=values["chain.price"]["cap"] * YUAN_PER_WAN,
        links=tuple(Link(**link) for link in values["chain.links"]),
        by_product={
            product: ByProductPrice(float(price["worth"]), float(price["haulage"]))
            for product, price in values["by_products.price"].items()
        },
        readiness_share_month=float(values["readiness.share_per_month"]),
        tolerance_days=int(values["available.tolerance_days"]),
        verified_days=int(values["verified.limit"]["days"]),
        verified_is_rule=bool(values["verified.limit"]["rule"]),
        intensity_floor_yuan_mu={
            level: round(wan * YUAN_PER_WAN) for level, wan in values["intensity.floor"].items()
        },
        land_use_admits={use: tuple(codes) for use, codes in values["land_use.admits"].items()},
        chemical_industries=tuple(values["chemical.industries"]),
        waivable=waivable,
        move_yuan=round(values["replan.move_cost"] * YUAN_PER_WAN),
        entries=tuple(_entry(entry) for _, entry in sorted(current.items())),
    )


def annuity(*, rate: float, years: float) -> float:
    """Give the yearly payment that repays 1 over ``years`` at ``rate`` a year."""
    return rate / (1 - (1 + rate) ** -years) if rate else 1 / years


def _by_kind(value: Mapping[str, float]) -> tuple[tuple[Kind, float], tuple[Kind, float]]:
    return ("land", float(value["land"])), ("building", float(value["building"]))


def _entry(entry: Mapping[str, Any]) -> Entry:
    return Entry(
        key=entry["key"],
        value=_shown(entry["value"]),
        unit=entry["unit"],
        valid_from=entry["valid_from"].isoformat(),
        basis=entry["basis"],
        source=entry["source"],
        title=Text(entry["zh"], entry["en"]),
    )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key} {_shown(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "；".join(_shown(part) for part in value)
    return str(value)


def _too_early(rulebook: str, first: date, as_of: date) -> Fault:
    return _fault(
        rulebook,
        "rulebook-too-early",
        str(as_of),
        Text(f"不早于 {first} 的日期", f"a date not before {first}"),
        Text("改 --as-of，或换规则库", "change --as-of, or the rulebook"),
    )


def _missing(rulebook: str, key: str, as_of: date) -> Fault:
    return _fault(
        rulebook,
        "rulebook-missing",
        key,
        Text(f"{as_of} 有效的条目 {key}", f"an entry {key} that holds on {as_of}"),
        Text("补上条目，或改日期", "add the entry, or change the date"),
    )


def _fault(rulebook: str, code: str, found: str, expected: Text, fix: Text) -> Fault:
    return Fault(code, rulebook, "", "", "", Text("规则库", "rulebook"), found, expected, fix)
