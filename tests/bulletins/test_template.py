import pytest

from tests.bulletins.issues import KNOWN, TOML
from yinfeng.bulletins.template import Mark, parse_template, pieces, read_template
from yinfeng.core.errors import InputError


def faults(source: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as refused:
        parse_template("t.toml", source, KNOWN)
    return [(fault.code, fault.cell, fault.found) for fault in refused.value.faults]


def with_sentence(zh: str, en: str = "{start-rate}") -> str:
    return TOML + f'\n[[sentence]]\nid = "S3"\nzh = "{zh}"\nen = "{en}"\n'


def test_a_sentence_is_words_and_placeholders() -> None:
    assert list(pieces("共{start-rate.denominator}个，{zone}{period.full}")) == [
        "共", Mark("start-rate", "denominator"), "个，", Mark("zone"), Mark("period", "full"),
    ]  # fmt: skip
    assert parse_template("t.toml", TOML, KNOWN).codes() == ("start-rate", "signed-amount", "trade")


@pytest.mark.parametrize(
    ("zh", "found"),
    [
        ("开工率94.7%", "94.7%"),
        ("已开工18个", "18"),
        ("已开工１８个", "１８"),
        ("分③类", "③"),
        ("共十九个项目", "十九"),
        ("共三个项目", "三个"),
        ("完成百分之九十四", "百分之九十四"),
        ("完成三分之二", "三分之"),
        ("两省", "两省"),
        ("Ⅻ期", "Ⅻ"),
    ],
)
def test_a_typed_number_is_refused(zh: str, found: str) -> None:
    assert faults(with_sentence(f"{zh}{{start-rate}}")) == [("typed-number", "句 S3", found)]


@pytest.mark.parametrize("en", ["eighteen started", "half of them", "a hundred", "18 started", "two"])
def test_a_typed_number_is_refused_in_english_too(en: str) -> None:
    assert [code for code, _, _ in faults(with_sentence("{start-rate}", en))] == ["typed-number"]


@pytest.mark.parametrize(
    "zh", ["“三个一批”项目{trade}", "引进一批好项目{trade}", "“一把手”招商{signed-amount}亿", "一系列举措"]
)
def test_words_that_hold_a_numeral_are_no_numbers(zh: str) -> None:
    parse_template("t.toml", with_sentence(zh), KNOWN)


@pytest.mark.parametrize(
    ("zh", "expected"),
    [
        ("{star-rate}", ("unknown-figure", "句 S3", "star-rate")),
        ("{start-rate.top}", ("unknown-part", "句 S3", "start-rate.top")),
        ("{start-rate", ("template-brace", "句 S3", "{start-rate")),
    ],
)
def test_a_placeholder_that_names_nothing_is_refused(zh: str, expected: tuple[str, str, str]) -> None:
    assert faults(with_sentence(zh)) == [expected]


def test_an_unknown_figure_is_answered_with_the_nearest_ones() -> None:
    with pytest.raises(InputError) as refused:
        parse_template("t.toml", with_sentence("{star-rate}"), KNOWN)
    assert refused.value.faults[0].say("zh") == (
        "t.toml 句 S3：填的是“star-rate”，应为已有指标的代码；例如 start-rate、trade"
    )


def test_a_condition_must_be_known_and_a_sentence_must_always_have_a_form() -> None:
    odd = TOML.replace('when = "start-rate full"', 'when = "start-rate sometimes"')
    assert [code for code, _, _ in faults(odd)] == ["template-when"]
    last = TOML + '\n[[sentence]]\nid = "S3"\nwhen = "trade known"\nzh = "{trade}"\nen = "{trade}"\n'
    assert faults(last) == [("template-forms", "句 S3", "")]


def test_every_fault_is_named_at_once() -> None:
    source = with_sentence("已开工18个{star-rate}", "eighteen {star-rate}")
    assert len(faults(source)) == 4
    assert [code for code, _, _ in faults("[about]\nname = 'x'\n")] == ["template-about", "no-sentence"]
    assert [code for code, _, _ in faults("= no toml")] == ["not-toml"]


def test_the_bundled_template_is_found_by_name_and_a_missing_one_is_told() -> None:
    file, source = read_template("highlights")
    assert (file, source.count("[[sentence]]")) == ("highlights.toml", 12)
    with pytest.raises(InputError, match=r"a \.toml file"):
        read_template("nowhere.toml")
