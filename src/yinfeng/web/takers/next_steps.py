"""What can follow when somebody who was visited is interested."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from yinfeng.core.text import Text
from yinfeng.web.accounts.models import User
from yinfeng.web.takers.models import Visit
from yinfeng.web.zones.policy import may


@dataclass(frozen=True, slots=True)
class Step:
    """A page that carries an interest on."""

    label: Text
    why: Text
    address: str


def next_steps(visit: Visit, by: User) -> tuple[Step, ...]:
    """Give what can be done next, as far as somebody may do it."""
    if visit.who == Visit.Who.LEAD:
        return tuple(_of_lead(visit, by))
    if visit.who == Visit.Who.FIRM:
        return tuple(_of_firm(visit, by))
    return tuple(_of_project(visit, by))


def _of_lead(visit: Visit, by: User) -> Iterator[Step]:
    if may(by, "change", "leads", visit.zone_id):
        why = Text("需求原样带入项目台账", "its need goes into the ledger as it is")
        yield Step(Text("转为项目", "Make it a project"), why, f"/desk/leads/{visit.who_key}/")


def _of_firm(visit: Visit, by: User) -> Iterator[Step]:
    if may(by, "add", "projects", visit.zone_id):
        told = {"firm": visit.who_key, "zone_id": visit.zone_id, "project_name": visit.who_name}
        why = Text("写下它要多大的场地，才好比较", "write down what it needs, so that it can be judged")
        yield Step(Text("登记为项目", "Enter a project"), why, f"/desk/projects/new/?{urlencode(told)}")


def _of_project(visit: Visit, by: User) -> Iterator[Step]:
    is_brokered = visit.place.owner_kind == "firm"
    if is_brokered and may(by, "view", "deals", visit.zone_id):
        why = Text(
            "场地属于企业，由开发区撮合：先编方案并采纳，再问产权人",
            "the place is a firm's and only brokered: accept it in a plan, then ask the owner",
        )
        yield Step(Text("看撮合", "Deals"), why, "/desk/deals/")
    if not is_brokered and may(by, "add", "pins", visit.zone_id):
        told = {"project_id": visit.who_key, "place_id": visit.place_id, "action": "pin"}
        why = Text("以后的方案都把它放在这里", "later plans keep it there")
        yield Step(Text("指定到这处场地", "Pin it to this place"), why, f"/desk/pins/new/?{urlencode(told)}")
    if may(by, "add", "runs", visit.zone_id):
        why = Text("看放在这里对全区是不是最好", "see whether it is best for the whole zone")
        yield Step(Text("编制方案", "Ask for a plan"), why, "/desk/runs/new/")
