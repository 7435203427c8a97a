"""The states of a parcel, of a place and of an asset's story, as tables that are read and drawn."""

from typing import Final

from yinfeng.core.states import Move, State, StateTable
from yinfeng.core.text import Text

LAND: Final = StateTable(
    name="idle-land",
    title=Text("闲置土地（53号令）", "Idle land (Order 53)"),
    states=(
        State(
            "not_due",
            Text("未到期", "not due"),
            Text("约定动工日期未到。", "The agreed start has not come."),
        ),
        State(
            "late",
            Text("逾期未动工（未满一年）", "late, under a year"),
            Text("约定动工日期已过，未满一年。", "Past the agreed start by less than a year."),
        ),
        State(
            "due_soon",
            Text("临近闲置", "due soon"),
            Text("提醒期内将满一年。", "A year will be full within the warning."),
        ),
        State(
            "excused",
            Text("有法定事由", "excused"),
            Text(
                "政府原因、不可抗力等造成的时间不计入使用权人，扣除后未满一年。",
                "Time caused by government or force majeure is left out; without it, under a year.",
            ),
        ),
        State(
            "idle_1",
            Text("涉嫌闲置，未动工满一年", "suspected: idle over one year"),
            Text(
                "今天不早于约定动工日期加一年（对应日当天即满），未按法定标准动工。",
                "Today is not before the agreed start plus a year (full on the same day), and not started.",
            ),
        ),
        State(
            "idle_2",
            Text("涉嫌闲置，未动工满两年", "suspected: idle over two years"),
            Text("同上，满两年。", "The same, two years."),
        ),
        State(
            "started",
            Text("已动工", "started"),
            Text("按法定标准动工，或台账载明已动工。", "Started by the legal test, or as the ledger states."),
        ),
        State(
            "halted",
            Text("已动工后停工", "started, then stopped"),
            Text(
                "停工未满一年，或两项比例都不低，或比例未知。",
                "Stopped for less than a year, or neither ratio is short, or they are not known.",
            ),
        ),
        State(
            "stalled",
            Text("可以认定闲置（中止满一年）", "may be found idle: stalled"),
            Text(
                "中止满一年，且已动工面积不足三分之一或已投资不足百分之二十五；认定属裁量。",
                "Stopped for a year, and area or money is short; whether it is found idle is discretionary.",
            ),
        ),
        State("built", Text("已竣工", "built"), Text("53号令不再适用。", "Order 53 no longer applies.")),
        State(
            "disposed",
            Text("已处置", "disposed"),
            Text("已收回、置换、协议有偿收回或重新规划。", "Recovered, swapped, bought back or re-planned."),
        ),
        State(
            "unclear",
            Text("资料不足", "cannot be said"),
            Text("没有约定动工日期和实际交地日期。", "Neither agreed start nor actual handover is known."),
        ),
        State(
            "not_applicable",
            Text("53号令不适用", "Order 53 not applicable"),
            Text(
                "建成的厂房、生产线，或未供应的土地。",
                "A finished building, a line in one, or land not granted.",
            ),
        ),
    ),
    moves=(
        Move("not_due", "late", Text("约定动工日期已过", "the agreed start passes")),
        Move("late", "due_soon", Text("进入提醒期", "the warning begins")),
        Move("due_soon", "idle_1", Text("满一年未动工", "a year is full")),
        Move("idle_1", "idle_2", Text("满两年未动工", "two years are full")),
        Move("late", "excused", Text("发生法定事由", "an excuse begins")),
        Move("due_soon", "excused", Text("发生法定事由", "an excuse begins")),
        Move("not_due", "excused", Text("发生法定事由", "an excuse begins")),
        Move("excused", "late", Text("事由消除，未满一年", "the excuse ends, under a year")),
        Move("excused", "idle_1", Text("扣除后满一年", "a year is full without the excuse")),
        Move("idle_1", "not_due", Text("签订补充协议，重定动工日期", "an agreement fixes the start anew")),
        Move("not_due", "started", Text("取得施工许可证且基础达标", "permit held, foundation enough")),
        Move("late", "started", Text("同上", "the same")),
        Move("due_soon", "started", Text("同上", "the same")),
        Move("idle_1", "started", Text("同上", "the same")),
        Move("idle_2", "started", Text("同上", "the same")),
        Move("started", "halted", Text("停工", "work stops")),
        Move("halted", "started", Text("复工", "work goes on")),
        Move("halted", "stalled", Text("满一年且比例不足", "a year is full and a ratio is short")),
        Move("stalled", "started", Text("复工", "work goes on")),
        Move("started", "built", Text("竣工", "completed")),
        Move("idle_1", "disposed", Text("置换、有偿收回等", "swap, buy-back and the like")),
        Move("idle_2", "disposed", Text("收回并注销登记", "recovered and cancelled")),
        Move("stalled", "disposed", Text("依法处置", "disposed of")),
        Move("unclear", "not_due", Text("补齐日期", "dates are filled in")),
        Move("not_due", "unclear", Text("合同日期缺失", "the contract's dates are missing")),
        Move("built", "not_applicable", Text("按厂房管理", "kept as a building")),
    ),
)

PLACE: Final = StateTable(
    name="low-efficiency",
    title=Text("低效厂房和用地（本地清单，不是53号令）", "Low-efficiency places (local list, not Order 53)"),
    states=(
        State("in_use", Text("在用", "in use"), Text("没有一项符合。", "No test is met.")),
        State(
            "unknown",
            Text("资料不足", "cannot be said"),
            Text("没有可以判断的资料。", "Nothing is known that a test could look at."),
        ),
        State("none_met", Text("未见低效", "no test met"), Text("各项不符合。", "No test is met.")),
        State(
            "low_efficiency",
            Text("低效", "low-efficiency"),
            Text("符合清单中任一项。", "Any test of the list is met."),
        ),
        State(
            "returned",
            Text("已恢复使用", "back in use"),
            Text("盘活记录载明恢复使用。", "Its story says that it was returned to use."),
        ),
        State(
            "not_looked_at",
            Text("不按此清单判断", "not looked at"),
            Text(
                "生产线随厂房，未动工的土地只看53号令。",
                "Lines go with their building; land not started is Order 53's alone.",
            ),
        ),
    ),
    moves=(
        Move("in_use", "none_met", Text("停产未满期限", "stopped, not yet for long")),
        Move("none_met", "low_efficiency", Text("任一项符合", "any test is met")),
        Move("low_efficiency", "returned", Text("引入承接方并恢复使用", "a taker brings it back into use")),
        Move("returned", "in_use", Text("正常使用", "in use")),
        Move("in_use", "unknown", Text("资料缺失", "nothing is known")),
        Move("unknown", "none_met", Text("补齐资料", "facts are filled in")),
        Move("in_use", "not_looked_at", Text("不是厂房", "it is no building")),
    ),
)

STORY: Final = StateTable(
    name="asset-story",
    title=Text("盘活记录", "The story of an idle asset"),
    states=(
        State("idle", Text("闲置", "idle"), Text("停产或空置，尚无推介。", "Stopped or empty, not shown.")),
        State(
            "sought",
            Text("寻找承接方", "a taker is sought"),
            Text("已推介、询问、考察或洽谈。", "Shown, asked about, visited or talked of."),
        ),
        State("taken", Text("已有承接方", "a taker is found"), Text("承接方已定。", "A taker is settled.")),
        State("deal", Text("已签约", "deal signed"), Text("租、买、入股合同已签。", "Lease, sale, shares.")),
        State("upgrading", Text("改造中", "being upgraded"), Text("改造已开工。", "The upgrade has begun.")),
        State("producing", Text("已投产", "producing"), Text("出了首件产品。", "A first product is made.")),
        State(
            "returned",
            Text("恢复使用", "returned to use"),
            Text("恢复使用的面积已核实登记。", "The area returned was verified and entered."),
        ),
        State("given_up", Text("终止", "given up"), Text("不再盘活（拆除、收回等）。", "No longer pursued.")),
    ),
    moves=(
        Move("idle", "sought", Text("推介、询问、考察", "shown, asked, visited")),
        Move("sought", "taken", Text("承接方确定", "the taker is settled")),
        Move("taken", "deal", Text("签约", "signed")),
        Move("taken", "sought", Text("未成", "it came to nothing")),
        Move("deal", "upgrading", Text("改造开工", "the upgrade begins")),
        Move("deal", "sought", Text("解约", "the deal is undone")),
        Move("upgrading", "producing", Text("首件产品", "the first product")),
        Move("producing", "returned", Text("恢复使用面积核实", "the area returned is verified")),
        Move("returned", "idle", Text("再次停产", "stopped again")),
        Move("sought", "given_up", Text("终止", "given up")),
    ),
)
