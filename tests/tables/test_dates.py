from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinfeng.core.text import Text
from yinfeng.tables.dates import LATEST, Day, parse
from yinfeng.tables.spelling import Unreadable


def refusal(raw: object) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        "2019年06月01日",
        "2019年6月1日",
        "2019 年 6 月 1 日",
        "2019年6月1号",
        "2019/6/1",
        "2019-06-01",
        "2019.6.1",
        "２０１９－０６－０１",
        "20190601",
        " 2019-06-01 ",
        "2019年06月01日09时00分",
        "2019年6月1日 9时",
        "2019-06-01 00:00:00",
        "2019-06-01T08:30:00.000Z",
        "2019-06-01T08:30:00+08:00",
        "2019/6/1 8:30",
    ],
)
def test_reads_days(raw: str) -> None:
    assert parse(raw) == Day(date(2019, 6, 1), "day", raw)


@pytest.mark.parametrize(
    ("raw", "on", "precision"),
    [
        ("2013.03", date(2013, 3, 1), "month"),
        ("2013.1", date(2013, 1, 1), "month"),
        ("2013.10", date(2013, 10, 1), "month"),
        ("2013-3", date(2013, 3, 1), "month"),
        ("2013/03", date(2013, 3, 1), "month"),
        ("2013年3月", date(2013, 3, 1), "month"),
        ("2013年3月份", date(2013, 3, 1), "month"),
        ("2013年", date(2013, 1, 1), "year"),
        ("2013", date(2013, 1, 1), "year"),
        ("1949年", date(1949, 1, 1), "year"),
        ("1970年1月", date(1970, 1, 1), "month"),
    ],
)
def test_reads_months_and_years_as_their_first_day(raw: str, on: date, precision: str) -> None:
    assert parse(raw) == Day(on, precision, raw)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "on", "precision", "text"),
    [
        (43617, date(2019, 6, 1), "day", "43617"),
        (43617.0, date(2019, 6, 1), "day", "43617"),
        (43617.375, date(2019, 6, 1), "day", "43617.375"),
        (20000, date(1954, 10, 3), "day", "20000"),
        (80000, date(2119, 1, 11), "day", "80000"),
        (20190601.0, date(2019, 6, 1), "day", "20190601"),
        (2013.0, date(2013, 1, 1), "year", "2013"),
        (2013.03, date(2013, 3, 1), "month", "2013.03"),
        (2013.9, date(2013, 9, 1), "month", "2013.9"),
        (2013.11, date(2013, 11, 1), "month", "2013.11"),
        (2013.12, date(2013, 12, 1), "month", "2013.12"),
        (date(2019, 6, 1), date(2019, 6, 1), "day", "2019-06-01"),
        (datetime(2019, 6, 1, 9, 30), date(2019, 6, 1), "day", "2019-06-01 09:30:00"),
    ],
)
def test_reads_number_and_date_cells(raw: object, on: date, precision: str, text: str) -> None:
    assert parse(raw) == Day(on, precision, text)  # type: ignore[arg-type]


PLACEHOLDER = (
    Text("真实日期，不是占位日期", "a date; this is a placeholder, not a date"),
    Text("写真实日期；不知道就留空", "write the true date, or leave the cell blank if it is not known"),
)


@pytest.mark.parametrize(
    "raw",
    [
        "1900-01-00", "1900/1/0", "0000-00-00", "1900-01-01", "1901-01-01", "1901年01月01日", "1899-12-30",
        "1899-12-31",
        "1970-01-01", "0001-01-01", "9999-12-31", "2099-12-31", "2099-12-31 00:00:00", "19000101",
        date(1899, 12, 31), datetime(1970, 1, 1), 25569,
    ],
)  # fmt: skip
def test_placeholders_are_named(raw: object) -> None:
    fault = refusal(raw)
    assert (fault.expected, fault.fix) == PLACEHOLDER


@pytest.mark.parametrize(
    ("raw", "expected", "fix"),
    [
        (
            "2019-02-30",
            Text("存在的日期", "a date that exists"),
            Text("没有 2019-02-30 这一天，改正它", "there is no 2019-02-30; mend it"),
        ),
        (
            "2013.13",
            Text("存在的年月", "a month that exists"),
            Text("没有 2013 年 13 月，改正它", "there is no month 13; mend it"),
        ),
        (
            "19年6月1日",
            Text("四位数年份的日期", "a date with a year of four digits"),
            Text(
                "两位数年份不知是 1919 年还是 2019 年，写全四位",
                "a year of two digits may be 1919 or 2019: write all four",
            ),
        ),
        (
            2013.1,
            Text("写成文本的年月", "a month written as text"),
            Text(
                "数字会丢掉末尾的 0，2013.1 可能是 1 月或 10 月：写成 2013-01 或 2013-10",
                "a number drops its last 0, 2013.1 may be January or October: write 2013-01 or 2013-10",
            ),
        ),
        (
            "1905-06-01",
            Text("1949-10-01 至 2199-12-31 之间的日期", "a date from 1949-10-01 to 2199-12-31"),
            Text("改正年份；不知道就留空", "mend the year, or leave the cell blank if it is not known"),
        ),
        (
            "明年",
            Text("日期", "a date"),
            Text("写成 2019-06-01 或 2019年6月1日", "write it as 2019-06-01 or 2019年6月1日"),
        ),
    ],
)
def test_says_why_a_date_is_refused(raw: object, expected: Text, fix: Text) -> None:
    fault = refusal(raw)
    assert (fault.expected, fault.fix) == (expected, fix)


@pytest.mark.parametrize(
    "raw",
    [
        "", "19-06-01", "'19/6/1", "6/1/2019", "1-Jun-2019", "2019-6/1", "201306", 201306, "2019-06-01-02",
        "2019年底",
        "2013年上半年", "43617", "2019-06-01 5", "2019-06-0112:00", "2019-00-10", "2019-13-01", "20191301",
        "2019-06-01 99:00", "2019-06-01至2020-06-01",
        0, -1, 1, 19999, 80001, 2013.001, 2013.13, 1900.05, True, float("nan"), float("inf"),
        None, "2919-06-01", 2919.05,
    ],
)  # fmt: skip
def test_refuses_what_is_no_date(raw: object) -> None:
    refusal(raw)


def test_earliest_is_the_callers() -> None:
    assert parse("1905-06-01", earliest=date(1900, 1, 1)).on == date(1905, 6, 1)
    with pytest.raises(Unreadable):
        parse("2019-06-01", earliest=date(2020, 1, 1))


@given(st.dates(date(1954, 10, 3), date(2119, 1, 10)))
def test_every_way_of_writing_a_day_is_the_same_day(on: date) -> None:
    if on in (date(1970, 1, 1), date(2099, 12, 31)):
        return
    y, m, d = on.year, on.month, on.day
    written = [on, str(on), f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}"]
    written += [(on - date(1899, 12, 30)) / timedelta(days=1)]  # type: ignore[list-item]
    assert {parse(raw).on for raw in written} == {on}


@given(st.text(alphabet="0123456789年月日-/. :", max_size=12))
def test_any_text_is_a_date_in_bounds_or_refused(text: str) -> None:
    try:
        day = parse(text)
    except Unreadable:
        return
    assert date(1949, 1, 1) <= day.on <= LATEST


@pytest.mark.parametrize(
    ("raw", "fix"),
    [
        ("201306", "若是年月，写成 2013-06"),
        (201306, "若是年月，写成 2013-06"),
        ("随时可交付", "现在就可以，则留空或写今天的日期"),
        ("2024年底", "写到月，例如 2024-06"),
    ],
)
def test_says_how_to_write_what_is_no_day(raw: object, fix: str) -> None:
    assert refusal(raw).fix.zh == fix
