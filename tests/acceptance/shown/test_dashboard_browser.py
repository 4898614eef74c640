"""The dashboard in a real browser: pages, charts, zoom, keys, and a run that goes on meanwhile."""

import json
import time
from urllib.parse import quote

import psycopg
import pytest

from tests.acceptance.filled import query
from tests.acceptance.shown.browser import PHONE, barriers, chromium, look, look_normally, serving

ODD = '"><script>alert(1)</script>/<img src=x onerror=a>'  # at most 50 characters
RUN = (
    *("--mode=sequential", "--profile", "tiny", "--no-progress", "--workers", "0"),
    # So many that the page is seen to change, however fast the machine is.
    *("--set", "generation.sessions_months=[30]"),
)
PATIENCE_S = 120


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def complaints(browser):
    """What the browser's console said of the pages since the last question."""
    browser.get("about:blank")
    browser.get_log("browser")
    return lambda: [entry["message"] for entry in browser.get_log("browser")]


def wait_until(condition, what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.1)


def text(browser, css: str) -> str:
    return browser.execute_script(
        "return document.querySelector(arguments[0])?.textContent ?? ''", css
    )


@pytest.mark.timeout(400)
def test_from_an_empty_database_through_a_run_to_its_charts(shell, browser, complaints):
    with serving(shell) as address:
        assert barriers(browser, f"{address}/farm/") == []
        browser.get(f"{address}/")
        assert "No run yet" in text(browser, "h1")
        assert complaints() == []

        run = shell.start(*RUN)
        see_the_run_go_on(browser)
        wait_until(lambda: text(browser, ".state") == "Complete", "the run is complete")
        assert run.wait(PATIENCE_S) == 0
        assert text(browser, '[data-value="months"]') == "30 of 30"
        (rows,) = query(
            shell, "SELECT sum(v::bigint) FROM data_generation.unit, jsonb_each_text(rows) e(k, v)"
        )[0]
        assert text(browser, '[data-value="rows"]') == f"{rows:,}"
        assert complaints() == []

        number, start = query(
            shell, "SELECT batch_number, start_date FROM batch_batch ORDER BY id LIMIT 1"
        )[0]
        look_at_the_farm(browser, f"{address}/farm/", number)
        assert complaints() == []
        look_at_a_batch(browser, f"{address}/batch/{number}/")
        assert complaints() == []
        look_at_a_sensor(browser, f"{address}/sensors/", start)
        assert complaints() == []
        meet_an_odd_number(browser, shell, address, number)
        assert complaints() == []


def see_the_run_go_on(browser) -> None:
    """The page turns into the run's by itself, then changes in place."""
    wait_until(lambda: "Run 1" in text(browser, "h1"), "the page shows the run")
    browser.execute_script("window.untouched = true")
    seen = []

    def moves() -> bool:
        rows, months = (text(browser, f'[data-value="{key}"]') for key in ("rows", "months"))
        share = browser.execute_script("return document.querySelector('.whole')?.value ?? 0")
        if not seen or seen[-1] != (rows, months, share):
            seen.append((rows, months, share))
        return len(seen) >= 3

    wait_until(moves, "rows and months change")
    assert browser.execute_script("return window.untouched"), "the page was loaded anew"
    assert [share for *_, share in seen] == sorted(share for *_, share in seen)
    assert 0 < seen[-1][2] < 1
    assert text(browser, ".state") == "Running"
    assert "ledger of" in text(browser, '[data-value="now"]')
    assert text(browser, '[data-value="memory"]').endswith("MB")
    assert "chunk" in text(browser, ".log")


def look_at_the_farm(browser, address: str, number: str) -> None:
    """Tiles are coloured; focus tells what is in one; arrow keys go from day to day."""
    browser.get(address)
    colours = browser.execute_script(
        "return [...document.querySelectorAll('a .tile')].map(t => getComputedStyle(t).fill)"
    )
    assert colours
    assert "rgb(0, 0, 0)" not in colours
    browser.execute_script("document.querySelector('.group svg a').focus()")
    tip = text(browser, ".tip")
    assert number in tip
    assert "fish" in tip
    before = text(browser, "h1")
    browser.execute_script("document.activeElement.blur()")
    press(browser, "ArrowLeft")
    wait_until(lambda: text(browser, "h1") not in ("", before), "the day before")


def look_at_a_batch(browser, address: str) -> None:
    """Charts have shapes that take up room; the pointer tells values; a bar leads to its CV."""
    browser.get(address)
    sizes = json.loads(
        browser.execute_script(
            """return JSON.stringify([...document.querySelectorAll("figure.chart")].map(figure => {
              const drawn = ".shapes > path, .shapes > rect, .shapes > a > rect";
              const shapes = [...figure.querySelectorAll(drawn)];
              return [figure.querySelector("h2").textContent,
                      Math.max(...shapes.map(s => s.getBoundingClientRect().width))];
            }))"""
        )
    )
    assert len(sizes) >= 6
    assert all(width > 1 for _, width in sizes), sizes
    weight = chart(browser, "Weight of a fish")
    move_over(browser, weight, 0.6)
    assert " g" in text(browser, ".tip")
    lines = browser.execute_script(
        "return [...document.querySelectorAll('.pointer')].map(p => p.getAttribute('d'))"
    )
    assert len({line.split("V")[0] for line in lines}) == 1, "one moment in all charts"
    bar = browser.find_element("css selector", "figure.chart a")
    browser.get(address + bar.get_dom_attribute("href"))
    assert "Salmon CV" in text(browser, "#cv h2")
    assert browser.find_elements("css selector", "#cv tbody tr")
    assert browser.find_elements("css selector", ".followed")


def look_at_a_sensor(browser, address: str, start) -> None:
    """Dragging zooms: the period in the address becomes shorter."""
    from selenium.webdriver import ActionChains

    browser.get(address)
    whole = browser.execute_script("return document.querySelector('[name=from]').value")
    assert whole >= str(start)
    plot = browser.find_element("css selector", "figure.zooms svg.shapes")
    width = plot.size["width"]
    (
        ActionChains(browser)
        .move_to_element_with_offset(plot, -int(width * 0.2), 0)
        .click_and_hold()
        .move_by_offset(int(width * 0.3), 5)
        .release()
        .perform()
    )
    wait_until(lambda: "from=" in browser.current_url, "the zoomed view")
    shown = browser.execute_script("return document.querySelector('[name=from]').value")
    assert shown > whole
    assert browser.find_elements("css selector", "figure.zooms path.line")
    press(browser, "ArrowLeft")
    wait_until(lambda: shown not in browser.current_url, "the period before")


def meet_an_odd_number(browser, shell, address: str, number: str) -> None:
    """A number full of markup is shown as it is, on every page."""
    with psycopg.connect(shell.url) as connection:
        connection.execute(
            "UPDATE batch_batch SET batch_number = %s WHERE batch_number = %s", (ODD, number)
        )
    browser.get(f"{address}/batch/")
    links = browser.find_elements("css selector", "tbody a")
    link = next(one for one in links if one.text == ODD)
    link.click()
    wait_until(lambda: "Batch" in text(browser, "h1"), "the batch's page")
    assert text(browser, "h1") == f"Batch {ODD}"
    for page in (f"/batch/{quote(ODD)}/", "/farm/", "/sensors/", "/"):
        browser.get(address + page)
        assert browser.execute_script("return document.scripts.length") >= 1  # no alert is open
        assert not browser.find_elements("css selector", "img[src=x]")
    browser.get(f"{address}/sensors/")
    strip = browser.find_element("css selector", "figure.chart:not(.zooms) a")
    assert ODD in strip.get_attribute("data-tip")


@pytest.fixture(scope="module")
def farm_address(tiny_farm):
    """A server that shows a whole run of the profile `tiny`."""
    with serving(tiny_farm) as address:
        yield address


@pytest.fixture(scope="module")
def cage(tiny_farm):
    """A cage, the next one, and the first and last day of its last stay."""
    return query(
        tiny_farm,
        "SELECT a.container_id, a.container_id + 1, assignment_date, departure_date"
        " FROM batch_batchcontainerassignment a JOIN infrastructure_container c"
        " ON c.id = a.container_id WHERE area_id IS NOT NULL AND departure_date IS NOT NULL"
        " ORDER BY departure_date DESC, a.id LIMIT 1",
    )[0]


def test_nothing_bars_anybody_on_any_page_in_any_frame_by_day_or_night(
    browser, farm_address, tiny_farm, cage
):
    one, other, first, last = cage
    ((number,),) = query(
        tiny_farm, "SELECT batch_number FROM batch_batch WHERE status = 'COMPLETED' LIMIT 1"
    )
    pages = (
        "/",
        f"/farm/?date={last}&by=lice",
        "/batch/?sort=-fcr",
        f"/batch/{number}/",
        f"/sensors/?container={one}&container={other}&from={first}&to={last}",
        f"/sensors/?container={one}&from=1990-01-01&to=1990-02-01",
        "/batch/nobody/",
    )
    assert [one for page in pages for one in barriers(browser, farm_address + page)] == []


def test_charts_fit_a_phone(browser, farm_address, cage):
    look(browser, PHONE)
    browser.get(sensors_of(cage, farm_address))
    left, right, apart = browser.execute_script(
        """const box = document.querySelector(".zooms svg.shapes").getBoundingClientRect();
        const words = [...document.querySelectorAll(".zooms svg.words text")]
          .filter(text => getComputedStyle(text).display !== "none")
          .map(text => text.getBoundingClientRect()).sort((a, b) => a.left - b.left);
        return [box.left, box.right, words.every((word, n) => !n
          || word.top !== words[n - 1].top || word.left > words[n - 1].right)];"""
    )
    look_normally(browser)
    assert 0 <= left < right <= PHONE[0]
    assert apart, "labels of the time axis lie over each other"


def sensors_of(cage, address: str) -> str:
    container, _, first, last = cage
    return f"{address}/sensors/?container={container}&from={first}&to={last}"


@pytest.mark.parametrize("fingers", [1, 2])
def test_charts_follow_fingers(farm_address, cage, fingers):
    """One finger moves the time axis, here to earlier days; two stretch it."""
    *_, first, last = cage
    address = sensors_of(cage, farm_address)
    # A browser of its own: touches that end with another page spoil the next ones.
    with chromium() as phone:
        look(phone, PHONE)
        touch = {"enabled": True, "maxTouchPoints": 2}
        phone.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", touch)
        phone.get(address)
        middle, y = phone.execute_script(
            """const plot = document.querySelector(".zooms svg.shapes");
            plot.scrollIntoView({block: "center"});
            const box = plot.getBoundingClientRect();
            return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];"""
        )
        away = range(20, 80, 10)
        places = [[middle + x] if fingers == 1 else [middle - x, middle + x] for x in away]
        move_fingers(phone, y, places)
        wait_until(lambda: phone.current_url != address, "the view that the fingers made")
        begin, end = (shown_day(phone, name) for name in ("from", "to"))
    if fingers == 1:
        assert begin < str(first)
        assert end < str(last)
    else:
        assert str(first) < begin < end < str(last)


def shown_day(browser, name: str) -> str:
    return browser.execute_script(f"return document.querySelector('[name={name}]').value")


def move_fingers(browser, y: float, steps: list[list[float]]) -> None:
    """Put fingers down at the first places, move them on, take them away."""
    kinds = ["touchStart", *["touchMove"] * (len(steps) - 1), "touchEnd"]
    for kind, places in zip(kinds, [*steps, []], strict=True):
        points = [{"x": x, "y": y, "id": finger} for finger, x in enumerate(places)]
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def press(browser, key: str) -> None:
    browser.execute_script(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: arguments[0], bubbles: true}))",
        key,
    )


def chart(browser, title: str):
    return next(
        figure.find_element("css selector", "svg.shapes")
        for figure in browser.find_elements("css selector", "figure.chart")
        if figure.find_element("css selector", "h2").text == title
    )


def move_over(browser, element, share: float) -> None:
    from selenium.webdriver import ActionChains

    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    offset = int((share - 0.5) * element.size["width"])
    ActionChains(browser).move_to_element_with_offset(element, offset, 0).perform()
