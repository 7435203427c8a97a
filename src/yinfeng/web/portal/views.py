"""Pages on which places are looked for and looked at."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from yinfeng.core.text import Text
from yinfeng.web.language import current, say
from yinfeng.web.portal import answers, facts, maps, public
from yinfeng.web.portal.addresses import chosen_query, page_links, place_address, query_of, zone_query
from yinfeng.web.portal.admission import with_zone
from yinfeng.web.portal.cards import cards_of, cards_of_places, columns_of
from yinfeng.web.portal.chosen import box_in, choice, hits_of, need_form, need_in, number_in
from yinfeng.web.portal.comparing import side_by_side
from yinfeng.web.portal.industries import industries
from yinfeng.web.portal.market import market_at_hand
from yinfeng.web.portal.needs import Need, area_text, asked
from yinfeng.web.portal.packing import sketch as draw
from yinfeng.web.portal.zones import surroundings, zone_names, zones_on_offer

_GEOJSON: Final = "application/geo+json; charset=utf-8"
_FIT: Final = {"fits": "yes", "open": "unknown", "near": "near"}
GROUP_LABEL: Final = {
    "fits": Text("合适", "Fit"),
    "open": Text("待补资料", "Open"),
    "near": Text("接近", "Near"),
}
_PER_PAGE: Final = 24


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what is needed."""
    prepared = market_at_hand()
    free = area_text(prepared.free_m2) if prepared else None
    zones = zones_on_offer()
    return page(
        request,
        "home.html",
        market=prepared,
        free=free,
        form=need_form(),
        zones=zones,
        industries=industries(),
    )


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Answer a need with places, or say what of it cannot be read."""
    form = need_form(request.GET)
    if not form.is_valid() or form.need is None:
        return page(request, "find.html", form=form, industries=industries())
    template = "results.html" if request.headers.get("HX-Target") == "results" else "find.html"
    response = page(request, template, form=form, industries=industries(), **_found(request, form.need))
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_safe
def find_map(request: HttpRequest) -> HttpResponse:
    """Give the places of an answer for the map."""
    need = need_in(request.GET)
    group = request.GET.get("show", "")
    if need is None or group not in _FIT:
        raise Http404
    body = maps.of_offers(answers.ranked(need, group=group), fit=_FIT[group], query=query_of(need.typed))
    return HttpResponse(body, content_type=_GEOJSON)


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """List all places on offer, of one zone or one kind if asked."""
    rows = _browsed(request).order_by("zone_id", "place_id")
    shown = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    query = query_of({name: request.GET.get(name, "") for name in ("zone", "kind")})
    return page(
        request,
        "browse.html",
        cards=cards_of_places(public.shown(shown.object_list)),
        total=shown.paginator.count,
        pages=page_links(reverse("portal-places"), query, page=shown.number, last=shown.paginator.num_pages),
        number=shown.number,
        zones=zones_on_offer(),
        zone=request.GET.get("zone", ""),
        kind=request.GET.get("kind", ""),
        query=query,
    )


@require_safe
def browse_map(request: HttpRequest) -> HttpResponse:
    """Give the places of a list, or chosen ones, for the map."""
    ids = request.GET.getlist("place")
    places = (
        public.among(ids)
        if ids
        else public.shown(_browsed(request).order_by("place_id")[: answers.MOST_NAMED])
    )
    return HttpResponse(maps.of_places(places), content_type=_GEOJSON)


@require_safe
def zone_map(request: HttpRequest) -> HttpResponse:
    """Give the outlines of zones with places on offer, of some if asked."""
    return HttpResponse(maps.of_zones(request.GET.getlist("zone")), content_type=_GEOJSON)


@require_safe
def place(request: HttpRequest, place_id: str) -> HttpResponse:
    """Show one place."""
    found = public.among([place_id])
    if not found:
        raise Http404
    need = need_in(request.GET)
    one, code = with_zone(found)[0], str(need.values.get("industry_code") or "") if need else ""
    building = public.among([one.values["part_of_id"] or ""])
    return page(
        request,
        "place.html",
        place=one,
        kind=facts.kind_of(one),
        fresh=facts.freshness(one),
        area=None if one.free_m2 is None else area_text(one.free_m2),
        hit=hits_of([one], need).get(one.id),
        groups=facts.groups(one),
        terms=facts.terms(one),
        lines=[(line, facts.groups(line)) for line in public.lines_in([one.id])],
        stands_in=[(whole.name, place_address(whole.id)) for whole in building],
        around=surroundings(one.values["zone_id"], code),
        need=need,
        alone=[one],
        zone_query=zone_query([one.values["zone_id"]]),
        typed=need.typed if need else {},
        query=query_of(need.typed) if need else "",
        today=public.today(),
    )


@require_safe
def sketch(request: HttpRequest, place_id: str) -> HttpResponse:
    """Draw where a place lies: what stands on paper in place of the map."""
    found = public.among([place_id])
    if not found:
        raise Http404
    return HttpResponse(draw(found[0], current()), content_type="image/svg+xml")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Put up to four places side by side."""
    chosen = choice(request.GET)
    places = with_zone(chosen.places)
    query = query_of(chosen.typed)
    return page(
        request,
        "compare.html",
        chosen=chosen,
        columns=columns_of(places, chosen.hits, query),
        groups=side_by_side(places),
        map_query=chosen_query([one.id for one in places], {}),
        zone_query=zone_query(one.values["zone_id"] for one in places),
        query=query,
    )


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of the portal."""
    common = {"meanings": facts.meaning_by_label(), "comma": say(Text("、", ", "))}
    return render(request, f"portal/{template}", common | context, status=status)


def _found(request: HttpRequest, need: Need) -> dict[str, Any]:
    told = request.GET
    answer = answers.answer(
        need,
        group=told.get("show", ""),
        sort=told.get("sort", "best"),
        page=number_in(told, "page"),
        box=box_in(told),
    )
    return {
        "need": need,
        "answer": answer,
        "asked": asked(need, zone_names([need.typed.get("zone", "")])),
        "zone_query": zone_query(hit.zone_id for hit in answer.hits),
        "cards": cards_of(answer.hits, query_of(need.typed)),
        "pages": page_links(
            reverse("portal-find"),
            query_of(need.typed, show=answer.group, sort=told.get("sort", ""), box=told.get("box", "")),
            page=answer.page,
            last=answer.last_page,
        ),
        "labels": GROUP_LABEL,
        "sorts": answers.SORTS,
        "sort": told.get("sort", "best"),
        "box": told.get("box", ""),
        "query": query_of(need.typed),
    }


def _browsed(request: HttpRequest) -> Any:
    rows = public.public_places()
    zone, kind = request.GET.get("zone", ""), request.GET.get("kind", "")
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind="line")
    return rows.filter(zone_id=zone) if zone else rows
