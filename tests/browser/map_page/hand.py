"""What a user does on the map and what the page says of it."""


def events(page, name: str) -> list[dict]:
    return [detail for said, detail, _ in page.evaluate("window.events") if said == name]


def until(page, script: str, wanted, *, within_ms: int = 4000):
    """Wait until a script gives a value; the policy forbids Playwright's own polling."""
    for _ in range(within_ms // 50):
        found = page.evaluate(script)
        if found == wanted:
            return
        page.wait_for_timeout(50)
    assert found == wanted


def on_map(page, script: str, argument=None):
    """Run a script with `map`, the library's map, and `element`, ours."""
    return page.evaluate(
        f"""async (argument) => {{
          const element = document.querySelector("yf-map");
          const map = await element.ready;
          return ({script});
        }}""",
        argument,
    )


def pixel(page, lon: float, lat: float) -> tuple[float, float]:
    x, y = on_map(page, "Object.values(map.project(argument))", [lon, lat])[:2]
    box = page.locator("yf-map canvas.maplibregl-canvas").bounding_box()
    return box["x"] + x, box["y"] + y


def click(page, lon: float, lat: float) -> None:
    page.mouse.click(*pixel(page, lon, lat))


def swipe(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag one finger over the screen."""
    screen = page.context.new_cdp_session(page)
    steps = [
        (start[0] + (end[0] - start[0]) * step / 10, start[1] + (end[1] - start[1]) * step / 10)
        for step in range(11)
    ]
    for index, (x, y) in enumerate(steps):
        kind = "touchMove" if index else "touchStart"
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(16)
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
