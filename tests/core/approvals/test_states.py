from yinfeng.core.approvals.states import ITEM_STATES, ItemState
from yinfeng.core.states import flaws


def test_the_table_has_every_state_and_no_flaw() -> None:
    assert list(flaws(ITEM_STATES)) == []
    assert [state.code for state in ITEM_STATES.states] == [state.value for state in ItemState]
