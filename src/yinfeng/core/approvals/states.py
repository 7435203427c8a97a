"""What an item of a project can be on a day."""

from enum import StrEnum
from typing import Final

from yinfeng.core.states import Move, State, StateTable
from yinfeng.core.text import Text


class ItemState(StrEnum):
    """The state of one item of one project."""

    TO_ANSWER = "to_answer"
    NOT_NEEDED = "not_needed"
    REPLACED = "replaced"
    WAITING = "waiting"
    OPEN = "open"
    APPLIED = "applied"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    LATE = "late"
    DECIDED = "decided"
    REFUSED = "refused"
    LAPSED = "lapsed"


ITEM_STATES: Final = StateTable(
    "approval_item",
    Text("审批事项的状态", "States of an approval item"),
    (
        State(
            "to_answer",
            Text("待答", "to be answered"),
            Text(
                "是否需要办理，取决于还没有填的条件；不猜",
                "whether it is needed depends on facts not given; nothing is guessed",
            ),
        ),
        State(
            "not_needed", Text("不需要", "not needed"), Text("按条件不需要办理", "not needed by the facts")
        ),
        State(
            "replaced",
            Text("已被替代", "replaced"),
            Text("由有效的区域评估替代", "a valid area-wide evaluation takes its place"),
        ),
        State(
            "waiting",
            Text("等前置", "waiting"),
            Text("需要办理，前置事项未办结", "needed; an item before it is not done"),
        ),
        State(
            "open",
            Text("可申报", "can be applied for"),
            Text("前置事项都已办结，还没有申报", "all before it is done; not applied for"),
        ),
        State(
            "applied",
            Text("已申报", "applied for"),
            Text("已收件，在告知补正的期限内，未受理", "handed in; within the time of notice, not accepted"),
        ),
        State(
            "correcting",
            Text("停表", "clock stopped"),
            Text(
                "要求申请人补正，或正在听证、评审等不计时限的环节",
                "the applicant was asked to correct it, or a step runs whose time is not counted",
            ),
        ),
        State(
            "accepted",
            Text("在办", "being decided"),
            Text("已受理或依法视为受理，在法定时限内", "accepted, or deemed to be; within the legal time"),
        ),
        State(
            "late",
            Text("逾期", "late"),
            Text("过了法定时限没有办结", "past the legal time and not done"),
        ),
        State(
            "decided",
            Text("已办结", "done"),
            Text("已批准、已备案或已完成，且有效", "approved, on file or done, and valid"),
        ),
        State("refused", Text("未通过", "refused"), Text("不予批准", "refused")),
        State(
            "lapsed",
            Text("已失效", "lapsed"),
            Text("办结后过了有效期而没有开工或延续", "done, but its validity ended before works or renewal"),
        ),
    ),
    (
        Move("to_answer", "not_needed", Text("条件填上，不需要", "answered: not needed")),
        Move("to_answer", "waiting", Text("条件填上，需要", "answered: needed")),
        Move("waiting", "replaced", Text("区域评估有效", "an area evaluation holds")),
        Move("replaced", "waiting", Text("区域评估到期", "the area evaluation ends")),
        Move("waiting", "open", Text("前置都办结", "all before it is done")),
        Move("open", "applied", Text("收件", "handed in")),
        Move("open", "late", Text("申请人过了应当申报的期限", "the applicant's time to apply is over")),
        Move("applied", "correcting", Text("期限内一次告知补正", "corrections asked for in time, once")),
        Move("applied", "accepted", Text("受理；或逾期不告知，自收件日视为受理",
             "accepted; or not asked in time, and so accepted from receipt")),
        Move("correcting", "accepted", Text("补正齐全；停表环节结束", "corrected in full; the step is over")),
        Move("accepted", "correcting", Text("听证、检验、评审等开始", "a hearing, test or review begins")),
        Move("accepted", "late", Text("过了法定时限", "the legal time is over")),
        Move("accepted", "decided", Text("批准、备案", "approved, on file")),
        Move("late", "decided", Text("逾期办结", "done late")),
        Move("late", "refused", Text("不予批准", "refused")),
        Move("accepted", "refused", Text("不予批准", "refused")),
        Move("refused", "applied", Text("重新申报", "applied for again")),
        Move("decided", "lapsed", Text("过有效期未开工、未延续", "not started or renewed in time")),
        Move("lapsed", "applied", Text("重新申报或重新审核", "applied for again")),
    ),
)  # fmt: skip
