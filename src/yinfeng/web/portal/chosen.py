"""What a page of the portal is asked about: a need, places, and where the visitor comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, QueryDict

from yinfeng.core.matching.offers import parts_of
from yinfeng.core.text import Text
from yinfeng.web.language import say
from yinfeng.web.portal import public
from yinfeng.web.portal.addresses import chosen_query
from yinfeng.web.portal.answers import Hit, judged
from yinfeng.web.portal.forms import NeedForm
from yinfeng.web.portal.market import Box
from yinfeng.web.portal.needs import FIELDS, Need
from yinfeng.web.portal.public import PublicPlace
from yinfeng.web.portal.sharing import MOST_PLACES
from yinfeng.web.portal.zones import zones_on_offer


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places that were chosen, as far as they are public, and the need they are looked at with."""

    places: tuple[PublicPlace, ...]
    need: Need | None
    left: int
    """Chosen places beyond the most that stand side by side."""

    @property
    def query(self) -> str:
        """The choice as the query of an address."""
        return chosen_query([place.id for place in self.places], self.typed)

    @property
    def typed(self) -> dict[str, str]:
        """The need as the form's fields."""
        return dict(self.need.typed) if self.need else {}

    @property
    def hits(self) -> dict[str, Hit]:
        """How each place alone answers the need, by id; nothing where no need was said."""
        return hits_of(self.places, self.need)


def need_form(told: QueryDict | None = None) -> NeedForm:
    """Give the form of a need, filled in where something was told."""
    zones = [
        (key, say(Text("{name}（{n}）", "{name} ({n})").format(name=name, n=count)))
        for key, name, count in zones_on_offer(is_checked=told is None)
    ]
    asked = {name: told[name] for name in FIELDS if name in told} if told else None
    return NeedForm(asked, zones=zones)


def need_in(told: QueryDict) -> Need | None:
    """Read the need in a query; None where there is none or it cannot be read."""
    if "area" not in told:
        return None
    form = NeedForm({name: told[name] for name in FIELDS if name in told}, zones=())
    return form.need if form.is_valid() else None


def choice(told: QueryDict, *, is_sent: bool = False) -> Chosen:
    """Read the places chosen in a query, and the need.

    Raises Http404 where none of them is public; not with ``is_sent``, for a form somebody filled in: what
    left the portal meanwhile must not cost them what they wrote.
    """
    ids = list(dict.fromkeys(part for offer in told.getlist("place")[:50] for part in parts_of(offer)))
    places = public.among(ids)
    if not places and not is_sent:
        raise Http404
    return Chosen(tuple(places[:MOST_PLACES]), need_in(told), max(0, len(places) - MOST_PLACES))


def hits_of(places: Sequence[PublicPlace], need: Need | None) -> dict[str, Hit]:
    """Judge places one by one."""
    if need is None:
        return {}
    return {hit.offer: hit for hit in judged(need, [place.id for place in places])}


def box_in(told: QueryDict) -> Box | None:
    """Read the part of the map somebody looks at; None where it is not given as four numbers."""
    try:
        west, south, east, north = _numbers(told.get("box", "").split(","))
    except ValueError:
        return None
    return west, south, east, north


def number_in(told: QueryDict, name: str) -> int:
    """Read a page number; 1 for anything else."""
    text = told.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def site_of(request: HttpRequest) -> str:
    """Give where the portal answers, as the visitor wrote it."""
    return f"{request.scheme}://{request.get_host()}"


def _numbers(texts: Iterable[str]) -> list[float]:
    return [float(text) for text in texts]
