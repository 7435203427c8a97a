"""Every figure of this room by code: its title and its definition."""

from collections.abc import Mapping
from typing import Final

from yinfeng.core.text import Text

Words = tuple[Text, Text]
"""Title and definition."""

TITLES: Final[Mapping[str, Words]] = {
    "start-rate": (
        Text("新建项目开工率", "Start rate of new-build projects"),
        Text(
            "年度新建项目名单中已开工的 / 名单中的新建项目（不是签约项目）",
            "started / new-build projects on the year's list (not projects signed)",
        ),
    ),
    "resumption-rate": (
        Text("续建项目复工率", "Resumption of continuing projects"),
        Text("已复工 / 年度续建项目", "resumed / continuing projects on the year's list"),
    ),
    "procedures-rate": (
        Text("前期手续办结率", "Procedures done of needed"),
        Text(
            "已办结 / 需办理的前期手续，按项（不按项目）",
            "done / procedures needed before start, by item (not by project)",
        ),
    ),
    "entry-rate": (
        Text("入统率", "Entered into statistics"),
        Text(
            "已入统 / 已开工的新建项目和写明入统情况的其他项目",
            "entered into statistics / started new-build projects, and others that say whether they entered",
        ),
    ),
    "planned-projects": (
        Text("年度项目数", "Projects of the year"),
        Text("年度计划中的项目（分项不另计）", "projects on the year's plan (parts not counted again)"),
    ),
    "total-investment": (
        Text("项目总投资", "Total investment"),
        Text("年度计划中各项目总投资之和", "sum of the total investment of the year's projects"),
    ),
    "planned-investment": (
        Text("年度计划投资", "Investment planned for the year"),
        Text("各项目年度计划投资之和", "sum of the investment planned for the year"),
    ),
    "done-investment": (
        Text("本年完成投资", "Investment done this year"),
        Text("各项目本年完成投资之和", "sum of the investment done this year"),
    ),
    "output-at-capacity": (
        Text("达产年产值（预计）", "Output a year at capacity (forecast)"),
        Text("各项目达产后年产值之和，预计数", "sum of the forecast output a year at capacity"),
    ),
    "induced-output": (
        Text("带动产值（预计）", "Induced output (forecast)"),
        Text("各项目可带动的上下游产值之和，预计数", "sum of the forecast up- and downstream output"),
    ),
    "signed-count": (
        Text("签约项目数", "Projects signed"),
        Text(
            "期内首次签约的项目；升级只算进展，不再计数",
            "projects first signed in the period; an upgrade is progress, not a project",
        ),
    ),
    "signed-amount": (
        Text("签约额", "Amount signed"),
        Text(
            "期内首次签约的金额加增资的增加额",
            "amounts of first signings in the period, and what increases added",
        ),
    ),
    "funds-arrival-rate": (
        Text("资金到位率", "Funds arrived of amount signed"),
        Text("到位资金 / 签约额", "funds arrived / amount signed"),
    ),
    "performance-rate": (
        Text("履约率", "Performance rate"),
        Text("已履约 / 已签约（个数，同一批项目）", "performed / signed (count, one cohort)"),
    ),
    "signed-start-rate": (
        Text("签约项目开工率", "Start rate of the signed"),
        Text("已开工 / 签约一批（个数，各轮合计）", "started / on the signed lists (count, rounds together)"),
    ),
    "commissioning-rate": (
        Text("开工项目投产率", "Commissioning rate of the started"),
        Text(
            "已投产 / 开工一批（个数，各轮合计）",
            "in production / on the lists of starts (count, rounds together)",
        ),
    ),
    "attainment-rate": (
        Text("投产项目达效率", "Output attainment of those in production"),
        Text(
            "实际年产值 / 预期年产值（金额加权，可超过100%）",
            "actual / expected output a year (by money, may pass 100%)",
        ),
    ),
    "trips": (Text("招商活动数", "Trips"), Text("期内开展的招商活动", "journeys of promotion in the period")),
    "trip-provinces": (
        Text("到访省份数", "Provinces visited"),
        Text("期内招商活动到过的省份，同一省份计一次", "provinces of the period's trips, each counted once"),
    ),
    "trip-cities": (
        Text("到访城市数", "Cities visited"),
        Text("期内招商活动到过的城市，同一城市计一次", "cities of the period's trips, each counted once"),
    ),
    "contacts": (
        Text("对接项目数", "Projects met"),
        Text("期内对接的项目，同一项目计一次", "projects met in the period, each counted once"),
    ),
    "agreements": (
        Text("签订合作协议数", "Agreements"),
        Text("期内对接项目中签订协议的", "of the projects met in the period, those with an agreement"),
    ),
    "landed": (
        Text("落地项目数", "Landed"),
        Text("期内对接项目中已落地的", "of the projects met in the period, those landed"),
    ),
    "agreement-rate": (
        Text("对接项目签约率", "Agreements of contacts"),
        Text("签订协议 / 对接项目", "agreements / projects met"),
    ),
    "landing-rate": (
        Text("协议落地率", "Landed of agreements"),
        Text("已落地 / 签订协议", "landed / agreements"),
    ),
}

CHAINED: Final[Mapping[str, Words]] = {
    "performance-rate": (
        Text("履约率", "Performance rate"),
        Text("履约项目 / 签约项目（个数）", "performing / signed (count)"),
    ),
    "signed-start-rate": (
        Text("开工率", "Start rate"),
        Text("开工项目 / 履约项目（个数）", "started / performing (count)"),
    ),
    "commissioning-rate": (
        Text("投产率", "Commissioning rate"),
        Text("投产项目 / 开工项目（个数）", "in production / started (count)"),
    ),
    "attainment-rate": (
        Text("达效率", "Attainment rate"),
        Text("达效项目 / 投产项目（个数）", "attained / in production (count)"),
    ),
}
"""The same codes where each rate is divided by the stage before."""
