"""Chosen places as a response pack: the PDF that an investor takes along."""

from collections.abc import Sequence
from typing import Final

import shapely

from yinfeng.bulletins.drawn_map import Mapped, Outline, draw_map
from yinfeng.bulletins.pack import Pack, PackedPlace
from yinfeng.core.text import Lang, Text
from yinfeng.web.portal import facts
from yinfeng.web.portal.admission import with_zone
from yinfeng.web.portal.answers import Hit, judged
from yinfeng.web.portal.models import Share
from yinfeng.web.portal.needs import Need, asked
from yinfeng.web.portal.public import PublicPlace, today
from yinfeng.web.portal.zones import outlines, surroundings, zone_names

_NOT_ASKED: Final = Text("按您的选择列出。", "Listed as you chose it.")


def pack_of(places: Sequence[PublicPlace], need: Need | None, share: Share, *, site: str) -> Pack:
    """Give the question of a response pack.

    share: the link that shows the same places. site: where this portal answers, without a slash.
    """
    places = with_zone(places)
    hits = {hit.offer: hit for hit in judged(need, [place.id for place in places])} if need else {}
    zones = zone_names(place.values["zone_id"] for place in places)
    industry = str(need.values.get("industry_code") or "") if need else ""
    names = list(dict.fromkeys(zones[place.values["zone_id"]] for place in places))
    return Pack(
        title=Text("场地应答书", "Places for your project"),
        zone=Text("、".join(names), ", ".join(names)),
        made_on=today(),
        answers=Text("您的询问", "your enquiry"),
        need=asked(need, zone_names([need.typed.get("zone", "")])) if need else (),
        places=tuple(_packed(place, hits.get(place.id), zones, industry) for place in places),
        zone_outlines=tuple(filter(None, (_outline(edge) for _, edge in outlines(list(zones))))),
        contact=(Text("在线询问：{site}/enquiry", "Ask us: {site}/enquiry").format(site=site),),
        reference=f"S{share.pk:06d}",
        share_address=f"{site}/s/{share.secret}/",
        share_expires_on=share.expires_on,
    )


def _packed(place: PublicPlace, hit: Hit | None, zones: dict[str, str], industry: str) -> PackedPlace:
    around = surroundings(place.values["zone_id"], industry)
    longitude, latitude = place.values["longitude"], place.values["latitude"]
    return PackedPlace(
        id=place.id,
        name=place.name,
        zone_name=zones[place.values["zone_id"]],
        kind=facts.kind_of(place),
        fit=_fit(hit),
        groups=facts.groups(place),
        reasons=hit.fits if hit else (),
        shortfalls=tuple(lack.sentence for lack in hit.lacks) if hit else (),
        terms=facts.terms(place),
        verified_on=place.values["verified_on"],
        leading_industries=around.leading_industries,
        chain_neighbours=tuple(
            Text(f"{name.zh} {count} 家", f"{name.en}: {count}") for name, count in around.linked
        ),
        is_synthetic=bool(place.made_up),
        outline=_outline(place.values["boundary"]) if place.values["boundary"] else None,
        point=None if longitude is None or latitude is None else (longitude, latitude),
    )


def _fit(hit: Hit | None) -> Text:
    if hit is None:
        return _NOT_ASKED
    if hit.group == "fits":
        return Text("您写的条件都满足。", "It meets everything you asked.")
    briefs = [lack.brief for lack in hit.lacks]
    said = Text("、".join(brief.zh for brief in briefs), ", ".join(brief.en for brief in briefs))
    return Text("{said}，其余满足。", "{said}; the rest is met.").format(said=said)


def _outline(boundary: str) -> Outline | None:
    """Give the rings of a boundary written as well-known text."""
    shape = shapely.from_wkt(boundary, on_invalid="ignore")
    parts = shapely.get_parts(shape) if shape is not None else []
    return (
        tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for part in parts
            for ring in (part.exterior, *part.interiors)
        )
        or None
    )


def sketch(place: PublicPlace, lang: Lang) -> str:
    """Draw where a place lies, as SVG for paper; an empty drawing where its position is not recorded."""
    longitude, latitude = place.values["longitude"], place.values["latitude"]
    drawn = draw_map(
        [
            Mapped(
                "1",
                _outline(place.values["boundary"]) if place.values["boundary"] else None,
                None if longitude is None or latitude is None else (longitude, latitude),
            )
        ],
        zones=list(filter(None, (_outline(edge) for _, edge in outlines([place.values["zone_id"]])))),
        width_mm=170,
        height_mm=80,
        lang=lang,
    )
    return drawn.svg if drawn else '<svg xmlns="http://www.w3.org/2000/svg"/>'
