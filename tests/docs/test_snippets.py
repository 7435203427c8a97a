"""The runner of examples finds what no longer holds."""

from pathlib import Path

import pytest

from docs.snippets import Block, Command, blocks, check_page, commands, first_not_shown

PAGE = """# A page

```csv numbers.csv
a,b
1,2
```

```console
$ cat numbers.csv
a,b
$ false  # exit 1
```

```sh
exit 9
```

1. In a list:

   ```console
   $ echo three
   three
   ```
"""


def test_blocks_are_found_with_line_kind_and_file_name() -> None:
    found = list(blocks(PAGE))
    assert [(b.line, b.kind, b.name) for b in found] == [
        (4, "csv", "numbers.csv"),
        (9, "console", ""),
        (15, "sh", ""),
        (21, "console", ""),
    ]
    assert found[3].text == "$ echo three\nthree\n"


def test_commands_carry_exit_code_and_what_is_shown() -> None:
    block = Block(9, "console", "", "$ cat numbers.csv\na,b\n\n$ false  # exit 1\n")
    assert commands(block) == [
        Command(9, "cat numbers.csv", 0, ("a,b",)),
        Command(12, "false", 1, ()),
    ]


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        (("one", "three"), None),
        (("o…e", "…"), None),
        (("two  2",), None),
        (("three", "one"), "one"),
        (("tw",), "tw"),
        (("one", "one"), "one"),
    ],
)
def test_shown_lines_must_occur_in_order(shown: tuple[str, ...], missing: str | None) -> None:
    assert first_not_shown(shown, "one\n  two 2\nthree\n") == missing


def test_a_page_that_holds_has_no_failures(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    assert check_page(page, "page.md") == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("a,b\n$", "b,a\n$", "page.md:9: cat numbers.csv"),
        ("# exit 1", "# exit 2", "page.md:11: false"),
        ("$ echo three", "$ no-such-command", "page.md:21: no-such-command"),
        ("```sh\nexit 9", "```python\nassert False", "page.md:15: python"),
    ],
)
def test_what_no_longer_holds_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace(old, new), "utf-8")
    failures = check_page(page, "page.md")
    assert [failure.splitlines()[0] for failure in failures] == [where]
