"""The ledgers and settings that matching commands share, and where they were named last time."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.language import lang_option
from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.core.matching.policy import Policy
    from yinfeng.tables.read import Ledger

DEFAULT_PLAN: Final = Path("plan.xlsx")
LEDGERS: Final = ("projects", "places", "zones", "firms", "quotas", "pins")
_NAMES: Final = {
    "projects": "项目台账 · projects",
    "places": "场地台账 · places",
    "zones": "开发区台账 · zones",
    "firms": "企业台账 · firms",
    "quotas": "配额台账 · quotas",
    "pins": "指定与禁止 · pins and bars",
}


@dataclass(frozen=True)
class Settings:
    """What a matching command was asked with."""

    files: Mapping[str, Path]
    rulebook: str
    as_of: date
    lang: Lang
    columns: Mapping[str, Mapping[str, str]]  # ledger → column → value where the ledger leaves it blank

    def shown(self, beside: Path) -> dict[str, str]:
        """Give the settings as options, with paths as seen from a folder."""
        files = {f"--{name}": os.path.relpath(path, beside) for name, path in self.files.items()}
        shared = [
            f"{ledger}.{name}={value}" for ledger, of in self.columns.items() for name, value in of.items()
        ]
        columns = {"--set": "; ".join(shared)} if shared else {}
        return {**files, **columns, "--rulebook": self.rulebook, "--as-of": self.as_of.isoformat()}


def ledger_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name ledgers, rulebook, date and language."""
    for name in reversed(LEDGERS):
        command = click.option(
            f"--{name}", type=click.Path(path_type=Path), help=f"{_NAMES[name]}（xlsx、xls、csv、parquet）"
        )(command)
    command = click.option(
        "--ledgers",
        "folder",
        type=click.Path(path_type=Path),
        help="放着各台账的文件夹 · folder holding the ledgers",
    )(command)
    command = click.option(
        "--set",
        "columns",
        multiple=True,
        help="给一本台账的空白列一个值，如 places.zone_id=Z9 · a value where a ledger leaves a column blank",
    )(command)
    command = click.option("--rulebook", default=None, help="规则库名称或 .toml 文件 · rulebook [shanxi]")(
        command
    )
    command = click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        default=None,
        help="按哪一天编制 · date of the plan [today]",
    )(command)
    return lang_option(command)


def settings_from(options: Mapping[str, Any], *, plan: Path | None = None) -> Settings:
    """Work out the settings: from the options, then from the ledgers' folder, then from an earlier plan."""
    earlier = _earlier(plan) if plan is not None and not names_ledgers(options) else {}
    files = {name: Path(path) for name, path in earlier.items() if name in LEDGERS}
    folder = options.get("folder")
    if folder is not None:
        files |= _in_folder(folder)
    files |= {name: options[name] for name in LEDGERS if options.get(name) is not None}
    as_of = options.get("as_of")
    columns = options.get("columns") or [part for part in earlier.get("set", "").split("; ") if part]
    return Settings(
        files=files,
        rulebook=options.get("rulebook") or earlier.get("rulebook") or "shanxi",
        as_of=as_of.date() if as_of else date.fromisoformat(earlier.get("as-of") or date.today().isoformat()),
        lang=options["lang"],
        columns=columns_of(columns, LEDGERS),
    )


def columns_of(settings: Iterable[str], ledgers: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read ``places.zone_id=Z9``; the column by name, label or alias."""
    columns: dict[str, dict[str, str]] = {}
    for setting in settings:
        ledger, dot, rest = setting.partition(".")
        name, sign, value = rest.partition("=")
        if ledger not in ledgers or not (dot and sign and name and value):
            raise InputError(
                [
                    problem_fault(
                        "not-a-setting",
                        f"--set {setting}",
                        Text(
                            "台账.列名=值，例如 places.zone_id=Z9",
                            "ledger.column=value, e.g. places.zone_id=Z9",
                        ),
                        Text(
                            f"台账为 {'、'.join(ledgers)} 之一", f"the ledger is one of {', '.join(ledgers)}"
                        ),
                    )
                ]
            )
        columns.setdefault(ledger, {})[name] = value
    return columns


def names_ledgers(options: Mapping[str, Any]) -> bool:
    """Say whether a command names ledgers of its own."""
    return options.get("folder") is not None or any(options.get(name) is not None for name in LEDGERS)


def _earlier(plan: Path) -> dict[str, str]:
    """Read which ledgers and settings an earlier plan was made with, so that they need not be named again."""
    from yinfeng.tables.plan_settings import read_settings

    if not plan.exists():
        if plan == DEFAULT_PLAN:
            return {}
        raise InputError([_not_there(plan)])
    found = {key.removeprefix("--"): value for key, value in read_settings(plan).items()}
    if not found:
        expected = Text("引凤写的方案", "a plan that Yinfeng wrote")
        raise InputError([problem_fault("not-a-plan", str(plan), expected, _NAME_ANOTHER)])
    return {k: str(plan.parent / v) if k in LEDGERS else v for k, v in found.items()}


_NAME_ANOTHER: Final = Text("核对名称", "check the name")


def _not_there(path: Path) -> Fault:
    expected = Text("存在的文件或文件夹", "a file or folder that is there")
    return problem_fault("not-there", str(path), expected, _NAME_ANOTHER)


def _in_folder(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise InputError([_not_there(folder)])
    files = {}
    for name in LEDGERS:
        for suffix in (".xlsx", ".xls", ".csv", ".parquet"):
            if (folder / f"{name}{suffix}").is_file():
                files[name] = folder / f"{name}{suffix}"
                break
    return files


def read_inputs(
    settings: Settings, needed: tuple[str, ...], *, all_or_nothing: bool = False
) -> tuple[dict[str, "Ledger"], tuple[Fault, ...]]:
    """Read the ledgers and check them against one another; raises InputError for every file at once."""
    from yinfeng.tables.read import read_ledger
    from yinfeng.tables.references import check_references

    missing = [name for name in needed if name not in settings.files]
    if missing:
        options = [f"--{name}" for name in missing]
        raise InputError(
            [
                problem_fault(
                    "no-ledger",
                    "",
                    Text("台账 " + "、".join(options), "the ledgers " + ", ".join(options)),
                    Text(
                        "在命令中写明文件，或用 --ledgers 指明文件夹",
                        "name the files, or their folder with --ledgers",
                    ),
                )
            ]
        )
    ledgers: dict[str, Ledger] = {}
    faults: list[Fault] = []
    for name, path in settings.files.items():
        try:
            defaults = settings.columns.get(name)
            ledgers[name] = read_ledger(path, name, defaults=defaults, all_or_nothing=all_or_nothing)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    unused = [n for n, of in ledgers.items() if n not in needed and not of.table.num_rows and not of.refused]
    for name in unused:  # a blank form says nothing: as if it had not been given
        del ledgers[name]
    return ledgers, tuple(check_references(ledgers))


def refuse_overwriting(output: Path, files: Iterable[Path]) -> None:
    """Refuse to write over a ledger that was just read."""
    for path in files:
        if path.exists() and output.exists() and path.samefile(output):
            raise InputError(
                [
                    problem_fault(
                        "would-overwrite",
                        str(output),
                        Text("不是台账的文件名", "a file that is not one of the ledgers"),
                        Text("换一个 -o", "choose another -o"),
                    )
                ]
            )


def refuse_a_file(folder: Path) -> None:
    """Refuse to write a folder where a file of that name stands."""
    if folder.exists() and not folder.is_dir():
        expected = Text("文件夹的名称", "the name of a folder")
        raise InputError([problem_fault("not-a-folder", str(folder), expected, _NAME_ANOTHER)])


def read_policy(settings: Settings) -> "Policy":
    """Read the policy that holds on the date of the plan."""
    from yinfeng.tables.policy import read_policy as read

    return read(settings.rulebook, settings.as_of)
