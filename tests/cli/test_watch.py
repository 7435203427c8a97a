"""What a search says of itself on the screen."""

import pytest

from yinfeng.cli import watch
from yinfeng.core.matching.result import Progress
from yinfeng.core.text import Lang


@pytest.mark.parametrize(
    ("progress", "lang", "line"),
    [
        (
            Progress("prices", 12_340_000, None, 3.4, passes=130, most_passes=390),
            "zh",
            "3 秒：求价格，第 130/390 遍；方案 —，界 1,234.0 万元/年，差距 —",
        ),
        (
            Progress("prices", 12_340_000, None, 3.4, passes=130, most_passes=390),
            "en",
            "3 s: finding prices, pass 130 of 390; plan —, bound 1,234.0 ×10k yuan/yr, gap —",
        ),
        (
            Progress("prices", 12_340_000, None, 3.4, passes=130),
            "zh",
            "3 秒：求价格，第 130 遍；方案 —，界 1,234.0 万元/年，差距 —",
        ),
        (
            Progress("search", 12_340_000, 12_000_000, 5.0),
            "en",
            "5 s: plan 1,200.0 ×10k yuan/yr, bound 1,234.0 ×10k yuan/yr, gap 2.76%",
        ),
    ],
)
def test_a_line_says_how_the_search_stands(
    progress: Progress,
    lang: Lang,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(watch, "_EVERY_S", 0.0)
    with watch.watching(lang, in_yuan=True) as told:
        assert told(progress)
    assert capsys.readouterr().err == f"      {line}\n"
