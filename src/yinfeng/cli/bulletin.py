"""The command ``bulletin``: write a bulletin from rows, freeze it, restate it; or check a text's rates."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from yinfeng.cli.books import asked_from
from yinfeng.cli.inputs import refuse_overwriting
from yinfeng.cli.language import lang_option
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.bulletins.issue import Issue
    from yinfeng.cli.books import Asked
    from yinfeng.core.period import Period
    from yinfeng.core.progress.problem import Printed
    from yinfeng.tables.progress import Dispatch

EXIT_DATA: Final = 10
_PAPERS: Final = (".docx", ".pdf")
_FOLDER: Final = Path("ledgers")


@click.command(short_help="由台账写简报，或核对一篇简报 · write a bulletin from rows, or check one")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--ledgers",
    "folder",
    type=click.Path(path_type=Path),
    help="放着各台账的文件夹 · folder holding the ledgers [ledgers]",
)
@click.option("--zone", default="", help="开发区名称或编号 · zone, by name or id")
@click.option("--period", help="期间，如 2024H1、2024年上半年 · period [今年以来 year to date]")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="写到哪里，.docx 或 .pdf，可写两次 · where to; may be given twice",
)
@click.option("--pdf", is_flag=True, help="同名 PDF 也写一份 · a PDF of the same name too")
@click.option("--template", default="highlights", show_default=True, help="模板 · template, or a .toml file")
@click.option("--freeze", type=click.Path(path_type=Path), help="定稿存为 .json · freeze the issue in a file")
@click.option(
    "--issue", type=click.Path(path_type=Path), help="重印定稿的一期，有变动则更正 · restate a frozen issue"
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="已有的一篇，数字不符就标出 · flag what an old text has",
)
@click.option(
    "--check", type=click.Path(path_type=Path), help="核对一篇 .txt 或 .docx 中的比率 · check a text's rates"
)
@click.option("--figures", is_flag=True, help="列出台账给得出的指标和代码 · list the figures and their codes")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="成文日期 · date of the paper [今天 today]"
)
@click.option("--rulebook", default="shanxi", show_default=True, help="规则库名称或 .toml 文件 · rulebook")
@click.option(
    "--set",
    "columns",
    multiple=True,
    metavar="台账.列名=值",
    help="给一本台账的空白列一个值 · a value where a ledger leaves a column blank",
)
@lang_option
def bulletin(check: Path | None, issue: Path | None, figures: bool, **options: Any) -> None:
    """由台账的行写简报，每个数字附所依据的行；或核对一篇简报 · write a bulletin from rows, or check one."""
    if check is not None:
        _check(check, options)
        return
    if figures:
        _list(options)
        return
    if issue is not None and any(options[name] is not None for name in ("period", "against")):
        raise click.UsageError("--issue 已定开发区、期间和模板 · an issue has its zone, period and template")
    if options["freeze"] is not None and options["against"] is not None:
        raise click.UsageError("--against 不能与 --freeze 同用 · --against does not go with --freeze")
    for path in options["outputs"]:
        if path.suffix not in _PAPERS:
            raise click.UsageError(f"-o {path}: .docx 或 .pdf · .docx or .pdf")
    if issue is not None:
        _restate(issue, options)
    else:
        _write(options)


def _write(options: dict[str, Any]) -> None:
    from yinfeng.bulletins.gather import gather

    asked, dispatch = _read(options)
    period = _period(options["period"], asked.on)
    zone = _zone(dispatch, options["zone"])
    if period.end > asked.on:
        early = Text(
            f"成文日期 {asked.on} 在期末 {period.end} 之前：写的是全期，台账中成文以后的事也计入",
            f"the paper's date {asked.on} is before the end of its period, {period.end}: what the ledgers "
            "have of later days counts too",
        )
        click.echo(early.of(asked.lang), err=True)
    against = _stated(options["against"], zone, period) if options["against"] is not None else ()
    rules = _rules(asked.rulebook, period)
    template = _template(options["template"], dispatch, rules, period, zone)
    made = gather(dispatch, rules, template, period=period, zone=zone, made_on=asked.on, against=against)
    if not made.figures:
        expected = Text("这个开发区、这段时间的台账行", "rows of this zone and period")
        fix = Text(f"台账中有 {_zones(dispatch)}", f"the ledgers have {_zones(dispatch)}")
        raise InputError([problem_fault("no-figure", f"{zone} {period.label}", expected, fix)])
    _finish(made, options, asked.files)


def _list(options: dict[str, Any]) -> None:
    from yinfeng.bulletins.figure_words import with_sides
    from yinfeng.bulletins.gather import all_figures

    asked, dispatch = _read(options)
    period = _period(options["period"], asked.on)
    zone = _zone(dispatch, options["zone"])
    for figure in all_figures(dispatch, _rules(asked.rulebook, period), period, zone):
        told = (figure.code, figure.title.of(asked.lang), with_sides(figure).of(asked.lang))
        click.echo("\t".join(told))


def _restate(path: Path, options: dict[str, Any]) -> None:
    from yinfeng.bulletins.figure_words import with_sides
    from yinfeng.bulletins.gather import gather
    from yinfeng.bulletins.issue import restated
    from yinfeng.bulletins.issue_file import read_issue
    from yinfeng.cli.console import console
    from yinfeng.tables.periods import parse_period

    old = read_issue(path)
    asked, dispatch = _read(options)
    period = parse_period(old.period)
    new = gather(
        dispatch, _rules(old.rulebook, period), old.template, period=period, zone=old.zone, made_on=asked.on
    )
    made = restated(old, new, with_sides)
    same = Text("台账行与定稿时一致，照原样重印", "the rows are as they were frozen: printed as it was")
    differs = Text(
        "台账行在定稿后有变动：已写明更正", "rows changed since it was frozen: the paper says what"
    )
    console.print((same if made is old else differs).of(asked.lang), style="" if made is old else "red")
    _finish(made, options, asked.files)


def _finish(made: "Issue", options: dict[str, Any], files: tuple[Path, ...]) -> None:
    """Write the paper, then freeze it where asked; the frozen file is never written over."""
    from yinfeng.bulletins.bulletin_pages import bulletin_pdf
    from yinfeng.bulletins.bulletin_word import bulletin_word
    from yinfeng.bulletins.issue_file import freeze, refuse_frozen
    from yinfeng.bulletins.paper import compose
    from yinfeng.cli.bulletin_screen import show_paper

    lang: Lang = options["lang"]
    outputs = list(options["outputs"]) or [Path(f"简报-{made.zone}-{made.period}.docx")]
    if options["pdf"]:
        outputs += [path.with_suffix(".pdf") for path in outputs if path.suffix == ".docx"]
    for path in outputs:
        refuse_overwriting(path, files)
    if options["freeze"] is not None:
        refuse_frozen(options["freeze"])
    paper = compose(made, lang)
    show_paper(paper)
    for path in dict.fromkeys(outputs):
        make = bulletin_pdf if path.suffix == ".pdf" else bulletin_word
        _save(path, make(paper, made_on=made.made_on))
        click.echo(Text(f"已写入 {path}", f"written to {path}").of(lang))
    if options["freeze"] is not None:
        freeze(options["freeze"], made)
        said = Text("已定稿 {file}（第{n}版）", "frozen in {file} (edition {n})")
        click.echo(said.format(file=options["freeze"], n=made.edition).of(lang))


def _save(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        expected = Text("可以写入的文件", "a file that can be written")
        fix = Text("关闭已打开的文件，或换一个 -o", "close it where it is open, or choose another -o")
        raise InputError([problem_fault("not-written", str(path), expected, fix)]) from error


def _read(options: dict[str, Any]) -> tuple["Asked", "Dispatch"]:
    from yinfeng.cli.books import read_for, show_unread
    from yinfeng.tables.progress import NEEDED, WANTED, read_dispatch

    asked = asked_from({**options, "files": _files(options), "output": None})
    books = read_for(asked, WANTED, needed=NEEDED)
    show_unread(books, asked.lang)
    return asked, read_dispatch(books.ledgers)


def _files(options: dict[str, Any]) -> tuple[Path, ...]:
    """Give the ledgers or folders named, else the folder ``ledgers`` of this one, else this one."""
    named = [*options["files"], *([options["folder"]] if options["folder"] is not None else [])]
    return tuple(named or [_FOLDER if _FOLDER.is_dir() else Path()])


def _period(text: str | None, on: date) -> "Period":
    from yinfeng.core.period import year_to
    from yinfeng.tables.periods import parse_period
    from yinfeng.tables.spelling import Unreadable

    if text is None:
        return year_to(on)
    try:
        return parse_period(text)
    except Unreadable as why:
        raise InputError([problem_fault("not-a-period", f"--period {text}", why.expected, why.fix)]) from why


def _zone(dispatch: "Dispatch", asked: str) -> str:
    from yinfeng.core.progress.scope import zones_of
    from yinfeng.tables.progress import zone_name

    zones = [zone for zone in zones_of(dispatch.problem) if zone]
    zone = zone_name(dispatch.ledgers, asked) if asked else ""
    if zone in zones or (zone and not zones):
        return zone if zones else ""
    if not asked and len(zones) <= 1:
        return zones[0] if zones else ""
    expected = Text("台账中的一个开发区", "a zone of the ledgers")
    fix = Text(f"用 --zone 写明：{_zones(dispatch)}", f"name it with --zone: {_zones(dispatch)}")
    raise InputError([problem_fault("unknown-zone", asked, expected, fix)])


def _zones(dispatch: "Dispatch") -> str:
    from yinfeng.core.progress.scope import zones_of

    return "、".join(zone for zone in zones_of(dispatch.problem) if zone)


def _rules(rulebook: str, period: "Period") -> Any:
    from yinfeng.core.progress.rules import KEYS
    from yinfeng.tables.rulebook import read_rules

    return read_rules(rulebook, period.end, KEYS)


def _template(name: str, dispatch: "Dispatch", rules: Any, period: "Period", zone: str) -> Any:
    from yinfeng.bulletins.gather import all_figures, known_codes
    from yinfeng.bulletins.template import parse_template, read_template

    file, source = read_template(name)
    return parse_template(file, source, known_codes(all_figures(dispatch, rules, period, zone)))


def _stated(path: Path, zone: str, period: "Period") -> tuple["Printed", ...]:
    from yinfeng.tables.stated_figures import printed_in

    return printed_in(_text_of(path), source=path.name, zone=zone, period=period)


def _text_of(path: Path) -> str:
    """Read a text or a Word file."""
    from yinfeng.bulletins.word import read_words

    expected = Text("文本（.txt）或 Word（.docx）文件", "a text (.txt) or Word (.docx) file")
    fix = Text("另存为 .docx 或 .txt（UTF-8）", "save it as .docx or .txt (UTF-8)")
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".docx":
            return read_words(content)
        if content[:4] in (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            raise ValueError(path.suffix)
        return _decoded(content)
    except OSError as error:
        expected = Text("已有的、可以打开的文件", "a file that is there and can be opened")
        fix = Text("核对文件名和所在文件夹", "check its name and folder")
        raise InputError([problem_fault("not-read", str(path), expected, fix)]) from error
    except ValueError as error:
        raise InputError([problem_fault("not-a-text", str(path), expected, fix)]) from error


def _decoded(content: bytes) -> str:
    """Decode a text: UTF-8, else GB 18030, which Windows writes in China."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _check(path: Path, options: dict[str, Any]) -> None:
    from yinfeng.cli.bulletin_screen import show_comparisons, show_statements
    from yinfeng.tables.statements import statements_in

    lang: Lang = options["lang"]
    text = _text_of(path)
    found = statements_in(text)
    show_statements(found, lang)
    wrong = sum(one.check.verdict == "wrong" for one in found)
    if options["files"] or options["folder"] is not None:
        from yinfeng.bulletins.gather import compared

        asked, dispatch = _read(options)
        period = _period(options["period"], asked.on)
        zone = _zone(dispatch, options["zone"])
        stated = _stated(path, zone, period)
        told = compared(dispatch, _rules(asked.rulebook, period), stated, period=period, zone=zone)
        show_comparisons(told, lang)
        wrong += sum(one.by_rows.verdict == "wrong" for one in told)
    for output in options["outputs"]:
        from yinfeng.tables.statement_sheet import statement_sheet
        from yinfeng.tables.write import write_workbook

        write_workbook(output, [statement_sheet(found, lang)])
        click.echo(Text(f"已写入 {output}", f"written to {output}").of(lang))
    if wrong:
        sys.exit(EXIT_DATA)
