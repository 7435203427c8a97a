"""What people come to the desk for, from the first click to the last, with a worker at work behind it."""

import io
import re

import openpyxl
import pytest

pytestmark = pytest.mark.browser

_WORKED_MS = 90_000


def test_a_record_is_found_by_initials_from_the_keyboard(visit):
    page = visit("/desk/", user="committee")
    page.keyboard.press("Control+k")
    page.locator(".yf-palette .yf-hits a").first.wait_for()  # those opened lately: Enter must not open one
    page.keyboard.type("szjjkfq")  # pinyin initials of 朔州经济开发区
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/zones/Z9/")


def test_the_keyboard_goes_past_the_side_bar(visit):
    page = visit("/desk/places/", user="committee")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_list_is_narrowed_and_kept_as_a_view(visit):
    page = visit("/desk/places/", user="committee")
    page.check("input[name=kind][value=land]")
    page.click("#yf-facets .yf-apply")
    page.locator(".yf-condition").wait_for()
    rows = page.get_attribute("#yf-results", "data-total")
    page.get_by_text("视图", exact=True).click()
    page.get_by_text("把现在的列表存为视图").click()
    page.fill("input[name=name]", "看地的")
    page.click("main button.yf-main")
    tab = page.locator(".yf-views a[aria-current=page]")
    tab.wait_for()
    assert tab.inner_text().split()[0] == "看地的"
    assert page.get_attribute("#yf-results", "data-total") == rows == "19"


def test_rows_are_changed_together(visit):
    page = visit("/desk/projects/?q=矿用", user="committee")
    page.focus("input[name=key]")
    page.keyboard.press("Space")
    page.click("#yf-bulk-button")
    page.select_option("select[name=column]", "note")
    page.locator("[name=value]:not([type=hidden])").fill("一起改的")
    page.fill("input[name=reason]", "试用")
    page.get_by_text("看会改什么").click()
    page.get_by_text("确认，改 1 行").click()
    page.wait_for_url("**/desk/projects/*")
    page.goto(page.url.split("/desk/")[0] + "/desk/projects/S04/")
    assert page.get_by_text("一起改的").count() == 1


def test_a_workbook_is_imported_and_taken_back(visit, site):
    page = visit("/desk/imports/new/", user="committee")
    page.set_input_files("input[type=file]", {"name": "场地.xlsx", "mimeType": "", "buffer": _book()})
    page.get_by_text("上传，看怎样读").click()
    page.get_by_text("比对，看会改什么").click()
    page.fill("#reason", "一季度核实", timeout=_WORKED_MS)
    page.get_by_text("确认写入").click()
    page.get_by_text("撤销这一批…").click(timeout=_WORKED_MS)
    page.fill("#reason", "填错了表", timeout=_WORKED_MS)
    added = page.context.new_page()
    assert added.goto(f"{site.address}/desk/places/SB81/").status == 200
    page.get_by_text("确认撤销").click()
    page.get_by_text("已恢复 1 行").wait_for(timeout=_WORKED_MS)
    added.goto(f"{site.address}/desk/places/SB81/")
    assert added.get_by_text("修改", exact=True).count() == 0


def test_a_plan_is_asked_for_tried_compared_accepted_and_taken_back(visit):
    page = visit("/desk/runs/new/", user="committee")
    page.fill("#as_of", "2024-02-29")
    page.get_by_text("编制", exact=True).click()
    row = page.locator("article.yf-plan-row", has=page.locator("h3 a", has_text=re.compile("^P4$")))
    row.wait_for(timeout=_WORKED_MS)
    first = page.url
    row.locator("footer select.yf-try").select_option("bar")
    page.get_by_text("按试算重新编制").click()
    page.wait_for_url(lambda url: url != first)
    row.wait_for(timeout=_WORKED_MS)
    was = page.goto(first) and row.locator(".yf-where a").all_inner_texts()
    page.get_by_text("与另一方案并排").click()
    page.locator(".yf-menu[open] a, details[open] a").first.click()
    page.wait_for_url("**/with/*/")
    page.goto(first)
    row.get_by_text(re.compile("^采纳")).click()
    row.locator("input[name=reason]").fill("再议")
    assert row.locator(".yf-where a").all_inner_texts() == was
    row.get_by_text("撤回", exact=True).click()
    row.get_by_text(re.compile("^采纳")).wait_for()


def _book():
    book = openpyxl.Workbook()
    book.active.title = "场地"
    book.active.append(("场地编号", "场地名称", "开发区编号", "类型", "面积（平方米）", "状态"))
    book.active.append(("SB81", "合成厂房 新-81 (示例)", "Z9", "厂房", 4000, "闲置"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
