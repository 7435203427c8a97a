"""Run every example of the READMEs and the docs, and say with file and line what no longer holds.

Per page, in a temporary folder of its own that holds ``examples/``:

- ``csv pins.csv``, ``toml mine.toml`` …: a block with a file name is written to that file.
- ``console``: each line that begins with ``$ `` is run by bash. It must end with exit code 0, or with
  the one it states (``# exit 10``). Lines below it must occur in its output, in that order; blanks are
  not told apart, and ``…`` stands for anything.
- ``python``: is run by this Python and must end with exit code 0.

Other blocks (``sh``, ``text``) are not run.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIME_LIMIT_S = 120

_FENCE = re.compile(r"^( *)```(\S*)[ \t]*(\S*)\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# exit (\d+)$")
# The language is the page's; without byte code each command would compile every module anew.
_LEFT_OUT = frozenset({"YINFENG_LANG", "PYTHONDONTWRITEBYTECODE"})
_FILE_KINDS = frozenset({"csv", "toml", "json", "text"})


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    line: int  # of its first line of content
    kind: str
    name: str  # file name behind the kind, empty where there is none
    text: str


@dataclass(frozen=True)
class Command:
    """One command of a console block and what is shown below it."""

    line: int
    text: str
    exit_code: int
    shown: tuple[str, ...]


def blocks(page: str) -> Iterator[Block]:
    """Find the fenced blocks of a page."""
    for found in _FENCE.finditer(page):
        indent, kind, name, text = found.groups()
        lines = [line.removeprefix(indent) for line in text.splitlines(keepends=True)]
        yield Block(page.count("\n", 0, found.start(4)) + 1, kind, name, "".join(lines))


def commands(block: Block) -> list[Command]:
    """Split a console block into commands, each with the lines shown below it."""
    found: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if line.startswith("$ "):
            found.append((number, line[2:], []))
        elif found:
            found[-1][2].append(line)
    split = []
    for number, text, shown in found:
        stated = _EXIT.search(text)
        exit_code = int(stated[1]) if stated else 0
        split.append(Command(number, _EXIT.sub("", text), exit_code, tuple(s for s in shown if s.strip())))
    return split


def first_not_shown(shown: tuple[str, ...], output: str) -> str | None:
    """Give the first shown line that does not occur in the output after those before it."""
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in shown:
        pattern = re.compile(".*".join(re.escape(part) for part in " ".join(line.split()).split("…")))
        if line.strip() != "…" and not any(pattern.fullmatch(said) for said in lines):
            return line
    return None


def check_page(path: Path, name: str) -> list[str]:
    """Run the blocks of a page in order; give what failed, each with file and line."""
    found = list(blocks(path.read_text("utf-8")))
    if not any(block.kind in {"console", "python"} for block in found):
        return []
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="snippets-") as folder:
        work = Path(folder)
        (work / "examples").symlink_to(ROOT / "examples", target_is_directory=True)
        for block in found:
            if block.kind == "console":
                failures += _run_console(block, work, name)
            elif block.kind == "python":
                failures += _run_python(block, work, name)
            elif block.kind in _FILE_KINDS and block.name:
                (work / block.name).parent.mkdir(parents=True, exist_ok=True)
                (work / block.name).write_text(block.text, "utf-8")
    return failures


def _run_console(block: Block, work: Path, name: str) -> list[str]:
    failures = []
    for command in commands(block):
        code, output = _run(["bash", "-c", command.text], work)
        where = f"{name}:{command.line}: {command.text}"
        if code != command.exit_code:
            failures.append(f"{where}\n  exit {code}, stated {command.exit_code}\n{_tail(output)}")
        elif (missing := first_not_shown(command.shown, output)) is not None:
            failures.append(f"{where}\n  not in the output, or not in this order: {missing}\n{_tail(output)}")
    return failures


def _run_python(block: Block, work: Path, name: str) -> list[str]:
    code, output = _run([sys.executable, "-c", block.text], work)
    return [f"{name}:{block.line}: python\n  exit {code}\n{_tail(output)}"] if code else []


def _run(command: list[str], work: Path) -> tuple[int, str]:
    here = Path(sys.executable).parent
    environment = {key: value for key, value in os.environ.items() if key not in _LEFT_OUT}
    environment |= {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, encoding="utf-8", timeout=TIME_LIMIT_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return -1, f"not done after {TIME_LIMIT_S} s"
    return done.returncode, done.stdout


def _tail(output: str) -> str:
    return "\n".join(f"  | {line}" for line in output.splitlines()[-25:])


def pages(root: Path = ROOT) -> list[Path]:
    """List the pages whose examples are run."""
    return sorted([*root.glob("README*.md"), *(root / "docs").rglob("*.md")])


def main() -> None:
    """Run every page, several at a time; exit 1 where something failed."""
    wanted = [Path(argument).resolve() for argument in sys.argv[1:]] or pages()
    # The longest pages first, so that none is left to run alone at the end.
    wanted.sort(key=lambda path: -path.read_text("utf-8").count("\n$ "))
    names = [str(path.relative_to(ROOT)) for path in wanted]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        failures = [text for found in pool.map(check_page, wanted, names) for text in found]
    for text in failures:
        print(text)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
