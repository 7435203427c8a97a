"""How the states and outcomes of visits are named."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from yinfeng.core.text import Text
from yinfeng.web.takers.models import Visit

WHO_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Visit.Who.PROJECT: Text("项目", "Project"),
        Visit.Who.LEAD: Text("线索", "Lead"),
        Visit.Who.FIRM: Text("现有企业", "Existing firm"),
    }
)
STATE_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Visit.State.PLANNED: Text("待走访", "Planned"),
        Visit.State.DONE: Text("已走访", "Done"),
        Visit.State.DROPPED: Text("不去了", "Dropped"),
    }
)
OUTCOME_LABEL: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Visit.Outcome.INTERESTED: Text("有意向", "Interested"),
        Visit.Outcome.THINKING: Text("再考虑", "Thinking it over"),
        Visit.Outcome.NOT_INTERESTED: Text("无意向", "Not interested"),
        Visit.Outcome.NOT_REACHED: Text("没联系上", "Not reached"),
    }
)
