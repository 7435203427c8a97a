"""The command ``generate``: made-up ledgers of any size."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from yinfeng.cli.language import lang_option
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Lang, Text

if TYPE_CHECKING:
    from yinfeng.tables.synthetic import Format


@click.command()
@click.option(
    "--projects", type=click.IntRange(1), default=1000, show_default=True, help="项目数 · number of projects"
)
@click.option(
    "--places", type=click.IntRange(1), default=2000, show_default=True, help="场地数 · number of places"
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="随机种子 · random seed")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="写到哪个文件夹 · folder to write into",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["xlsx", "csv", "parquet"]),
    default="xlsx",
    show_default=True,
    help="文件格式 · file format",
)
@lang_option
def generate(projects: int, places: int, seed: int, output: Path, file_format: "Format", lang: Lang) -> None:
    """编造一套台账，供试用和测速；数目和种子相同，台账就相同 · make up ledgers to try and measure."""
    from yinfeng.tables import schema, synthetic
    from yinfeng.tables.synthetic import AS_OF

    there = sorted(path.name for path in output.glob("*") if path.stem in synthetic.LEDGERS)
    if there:
        raise InputError(
            [
                problem_fault(
                    "would-overwrite",
                    f"{output}: {', '.join(there)}",
                    Text("还没有台账的文件夹", "a folder without ledgers"),
                    Text("换一个 -o，或先移走这些文件", "choose another -o, or move these files away"),
                )
            ]
        )
    rows = synthetic.write(output, projects=projects, places=places, seed=seed, file_format=file_format)
    for name, count in rows.items():
        click.echo(f"{output / f'{name}.{file_format}'}  {schema.LEDGER_LABEL[name].of(lang)} {count:,}")
    click.echo(
        Text(
            "全部为合成数据（第 {version} 版，种子 {seed}）。编制方案时用 --as-of {as_of}",
            "All made up (version {version}, seed {seed}). Plan with --as-of {as_of}",
        )
        .format(version=synthetic.VERSION, seed=seed, as_of=AS_OF)
        .of(lang)
    )
