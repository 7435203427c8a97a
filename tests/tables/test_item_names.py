from datetime import date

import pytest

from yinfeng.tables.approval_template import read_basis, read_layers
from yinfeng.tables.item_names import ItemNames, names_of


@pytest.fixture(scope="module")
def names() -> ItemNames:
    return names_of(read_basis(read_layers("shanxi"), "shanxi", date(2026, 1, 1)).template.items)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("环评", "eia"),
        ("环境影响评价报告表批复", "eia"),
        ("1、项目备案", "filing"),
        ("（3）能评", "energy_review"),
        ("固定资产投资项目节能审查", "energy_review"),
        ("施工许可证", "construction_permit"),
        ("建筑工程施工许可证核发", "construction_permit"),
        ("建设用地规划许可证", "land_planning_permit"),
        ("建设工程规划许可证", "works_planning_permit"),
        ("用地预审与选址意见书", "site_opinion"),
        ("水土保持方案审批", "soil_water"),
        ("水土保持设施验收", "soil_acceptance"),
        ("环保竣工验收", "env_acceptance"),
        ("竣工验收备案", "completion_filing"),
        ("竣工验收", "completion_acceptance"),
        ("消防设计审查意见书", "fire_review"),
        ("消防验收备案", "fire_acceptance"),
        ("排污许可证", "discharge_permit"),
        ("国有建设用地使用权出让合同签订", "land_grant"),
        ("区域环评", None),
        ("规划环评", None),
        ("人防审批", None),
        ("社会稳定风险评估", None),
        ("规划许可证", None),
        ("", None),
    ],
)
def test_what_people_write(names: ItemNames, written: str, key: str | None) -> None:
    assert names.find(written) == key


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("环评报告表", "form"),
        ("环境影响报告书", "report"),
        ("环评登记表备案", "registration"),
        ("环评", None),
        ("水土保持方案报告表", "form"),
        ("排污许可证（重点管理）", "key"),
        ("人防报告表", None),
    ],
)
def test_a_form_in_a_name(names: ItemNames, written: str, form: str | None) -> None:
    assert names.form(written) == form


def test_no_name_means_two_items(names: ItemNames) -> None:
    told = [(name, item.key) for item in names.items for name in (item.title.zh, *item.aliases)]
    assert [(name, key, names.find(name)) for name, key in told if names.find(name) != key] == []
