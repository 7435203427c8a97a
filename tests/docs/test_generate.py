import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_missing_or_changed_page_is_stale(generate: ModuleType, tmp_path: Path) -> None:
    assert generate.stale_pages(tmp_path) == list(generate.PAGES)
    generate.write_pages(tmp_path)
    assert generate.stale_pages(tmp_path) == []
    page = tmp_path / "reference/generated/ledgers.md"
    page.write_text(page.read_text("utf-8") + "x", "utf-8")
    assert generate.stale_pages(tmp_path) == ["reference/generated/ledgers.md"]


def test_check_tells_by_its_exit_code(
    generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate.main([], tmp_path)
    with pytest.raises(SystemExit) as caught:
        generate.main(["--check"], tmp_path)
    assert (caught.value.code, capsys.readouterr().out) == (0, "")
    (tmp_path / "reference/generated/ledgers.md").unlink()
    with pytest.raises(SystemExit) as caught:
        generate.main(["--check"], tmp_path)
    assert caught.value.code == 1
    assert (
        capsys.readouterr().out
        == "过期，请运行 make fix · stale, run make fix: docs/reference/generated/ledgers.md\n"
    )


def test_the_page_of_ledgers_has_every_column_once(generate: ModuleType) -> None:
    page = generate.ledgers_page("zh")
    assert page.count("| 净高 | clear_height_m | 数量 | 米 | 2 – 80 |") == 1
    assert page.count("| industrial | 工业用地 |") == 1


def test_bars_do_not_break_a_table(generate: ModuleType) -> None:
    assert generate.table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |\n"
