"""The stages of a project, from the first lead to the output it promised, as a table of states."""

import itertools
from typing import Final

from yinfeng.core.states import Move, State, StateTable
from yinfeng.core.text import Text

_CHAIN: Final = (
    State("lead", Text("线索", "lead"), Text("知道有这个投资意向", "an intention to invest is known of")),
    State("talks", Text("洽谈", "talks"), Text("与投资人接触、考察", "investor met, sites visited")),
    State(
        "assessed",
        Text("研判", "assessed"),
        Text("通过准入研判或评审", "passed the assessment for admission"),
    ),
    State("signed", Text("签约", "signed"), Text("签订正式投资协议", "a formal agreement is signed")),
    State(
        "registered",
        Text("注册", "registered"),
        Text("项目公司完成工商、税务登记", "the project's firm is registered, for taxes too"),
    ),
    State(
        "permits",
        Text("前期手续", "permits"),
        Text("正在办理或已办结开工前手续", "the procedures before start are being dealt with"),
    ),
    State("started", Text("开工", "started"), Text("实质性开工", "works have begun in substance")),
    State("completed", Text("竣工", "completed"), Text("建成并通过验收", "built and accepted")),
    State(
        "in_production",
        Text("投产", "in production"),
        Text("投入生产运营（含试生产，以规则库为准）", "producing, trial production as the rulebook says"),
    ),
    State(
        "at_capacity", Text("达产", "at capacity"), Text("达到设计生产能力", "produces at designed capacity")
    ),
    State(
        "attained",
        Text("达效", "attained"),
        Text("产值达到签约时的预期", "output has reached what was promised"),
    ),
)
_STEPS: Final = {
    "talks": Text("首次接触", "first meeting"),
    "assessed": Text("研判会通过", "assessment passed"),
    "signed": Text("签订协议", "agreement signed"),
    "registered": Text("取得营业执照", "licence of the firm"),
    "permits": Text("开始办理手续", "first procedure applied for"),
    "started": Text("有规则库认可的开工佐证", "evidence of a start that the rulebook accepts"),
    "completed": Text("竣工验收", "acceptance of the works"),
    "in_production": Text("有规则库认可的投产佐证", "evidence of production that the rulebook accepts"),
    "at_capacity": Text("产量达到设计能力", "output at designed capacity"),
    "attained": Text("产值达到预期", "output value as promised"),
}
_DROPPED: Final = State(
    "dropped",
    Text("终止", "dropped"),
    Text("不再推进，写明原因", "no longer pursued; the reason is written down"),
)

ORDER: Final = tuple(state.code for state in _CHAIN)
"""Stages from the first to the last; a later one implies those before it."""

STAGES: Final = StateTable(
    "project-stages",
    Text("项目阶段", "Stages of a project"),
    (*_CHAIN, _DROPPED),
    (
        *(Move(a.code, b.code, _STEPS[b.code]) for a, b in itertools.pairwise(_CHAIN)),
        Move("talks", "signed", Text("不设研判环节的", "where no assessment is held")),
        Move("started", "in_production", Text("边建边投产的", "where production begins before completion")),
        *(
            Move(state.code, "dropped", Text("终止，写明原因", "dropped, with the reason"))
            for state in _CHAIN[:8]
        ),
        Move("dropped", "talks", Text("重新启动", "taken up again")),
    ),
)

PHASE_STATES: Final = StateTable(
    "phase-states",
    Text("分期状态", "States of a phase"),
    (
        State("planned", Text("未开工", "not started"), Text("在计划中", "on the plan")),
        State("building", Text("在建", "being built"), Text("已开工，未建成", "started, not built")),
        State("built", Text("建成", "built"), Text("单体全部建成", "all single buildings done")),
        State("equipment", Text("设备进场", "equipment in"), Text("设备进场、安装", "equipment moves in")),
        State(
            "ready",
            Text("具备投产条件", "ready"),
            Text("生产线具备投产（点火）条件", "a line could be started"),
        ),
        State("producing", Text("投产", "producing"), Text("投入运营", "in operation")),
    ),
    (
        Move("planned", "building", Text("本期开工", "the phase starts")),
        Move("building", "built", Text("单体全部建成", "all buildings done")),
        Move("built", "equipment", Text("设备进场", "equipment moves in")),
        Move("building", "equipment", Text("边建边进设备的", "where equipment comes while building")),
        Move("equipment", "ready", Text("安装调试完成", "installed and tested")),
        Move("ready", "producing", Text("投产", "production begins")),
    ),
)

PHASE_ORDER: Final = tuple(state.code for state in PHASE_STATES.states)

OTHER_EVENTS: Final = {
    "resumed": Text("复工", "resumed"),
    "stopped": Text("停工", "stopped"),
    "entered": Text("入统", "entered into statistics"),
}
"""Events of a project that are no stage."""


def event_label(code: str) -> Text:
    """Give the words of a stage or of another event; the code itself for an unknown one."""
    if code in OTHER_EVENTS:
        return OTHER_EVENTS[code]
    try:
        return STAGES.label(code)
    except KeyError:
        return Text(code, code)
