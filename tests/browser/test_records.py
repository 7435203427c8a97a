"""A record's pages in a browser: they suggest, keep what was typed, and settle a conflict."""

import pytest

pytestmark = pytest.mark.browser


def first_record(page, site, ledger):
    page.goto(f"{site.address}/desk/{ledger}/suggest/?q=")
    key = page.evaluate("JSON.parse(document.body.innerText).results[0].key")
    return f"/desk/{ledger}/{key}/"


def test_names_are_suggested_and_chosen_by_keyboard(visit, site):
    page = visit("/desk/places/new/", user="committee")
    page.fill("#in-zone_id", "jjkfq")  # pinyin initials of 经济开发区
    option = page.locator(".yf-record-suggestions [role=option]").first
    option.wait_for()
    key = option.get_attribute("data-key")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#in-zone_id") == key


def test_a_draft_is_kept_until_it_is_saved(visit, site):
    page = visit("/desk/", user="committee")
    edit = first_record(page, site, "projects") + "edit/"
    page.goto(site.address + edit)
    page.fill("#in-note", "还没有保存的话")
    page.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('yf-draft:'))")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(site.address + edit)
    assert asked == ["beforeunload"]
    page.get_by_text("填回草稿").click()
    assert page.input_value("#in-note") == "还没有保存的话"
    page.click(".yf-record-save .yf-main")
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    page.goto(site.address + edit)
    assert page.get_by_text("填回草稿").count() == 0
    assert page.input_value("#in-note") == "还没有保存的话"


def test_two_at_once_are_asked_which_value_stays(visit, site):
    page = visit("/desk/", user="committee")
    record = first_record(page, site, "places")
    page.goto(f"{site.address}{record}edit/")
    page.fill("#in-owner", "我填的")
    other = page.context.new_page()
    other.goto(f"{site.address}{record}edit/")
    other.fill("#in-owner", "别人填的")
    other.click(".yf-record-save .yf-main")
    other.wait_for_url(lambda url: not url.endswith("/edit/"))
    other.close()
    page.click(".yf-record-save .yf-main")
    page.get_by_text("有人改过这条记录").wait_for()
    page.check("input[name='keep.owner'][value=typed]")
    page.get_by_text("按所选保存").click()
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
    assert page.get_by_text("我填的").count() == 1
