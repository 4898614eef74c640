"""`--generate-report` as a user runs it: on ten years in small, and on nothing.

On batches made one by one: test_verification.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from aquamind.dashboard.palette import CAUSES, SHEET
from tests.acceptance.conftest import Shell
from tests.acceptance.filled import copied_database, query
from tests.acceptance.shown.browser import barriers, chromium

pytest.importorskip("matplotlib")

ODD = "<script>alert('x')</script>&$\\frac{"
VOID = {"meta", "link", "br", "img", "input", "hr"}
PICTURES = {
    "stock",
    "areas",
    "halls",
    "utilisation",
    "growth",
    "harvest",
    "sites",
    "year",
    "mortality",
    "causes",
    "lice",
    "outbreaks",
    "treatments",
    "feed",
    "conversion",
    "batches",
}


class Page(HTMLParser):
    """Checks that tags close in order; keeps ids, scripts, and each figure's texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.figures: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.labels: list[str] = []
        self._figure: str | None = None
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.add(tag)
        values = dict(attributes)
        if values.get("id"):
            self.ids.append(values["id"])
        self.links += [values[name] for name in ("href", "src") if values.get(name)]
        if tag == "svg":
            self.labels.append(values.get("aria-label", ""))
        if tag == "figure":
            self._figure = values["id"].removeprefix("picture-")
            self.figures[self._figure] = []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "figure":
            self._figure = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())
        if self._figure is not None and "svg" in self.open:
            self.figures[self._figure].append(data.strip())


def report(shell: Shell, name: str) -> tuple[str, dict]:
    done = shell.generate("--generate-report", "--json")
    assert done.returncode == 0, done.stderr
    html, figures = (Path(path) for path in json.loads(done.stdout)["written"])
    assert (html.name, figures.name) == (f"{name}.html", f"{name}.json")
    return html.read_text("utf-8"), json.loads(figures.read_text("utf-8"))


@pytest.fixture(scope="module")
def years(server_url, tiny_farm, tmp_path_factory) -> Iterator[tuple[Shell, str, dict]]:
    """Four small sessions, a batch with an odd name, and the report of them."""
    folder = tmp_path_factory.mktemp("report")
    with copied_database(server_url, conninfo_to_dict(tiny_farm.url)["dbname"], folder) as shell:
        # The one that was harvested, so that its name is in tables and pictures.
        query(
            shell,
            "UPDATE batch_batch SET batch_number = %s WHERE status = 'COMPLETED' "
            "AND id = (SELECT min(id) FROM batch_batch)",
            ODD,
        )
        yield shell, *report(shell, "run-1")


def test_the_page_is_whole_and_points_nowhere(years):
    _, text, _ = years
    page = Page(text)

    assert re.findall(r"https?:|//[a-z]", text) == []
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in page.links)
    assert not {"script", "iframe", "link", "img", "object"} & page.tags
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_every_picture_is_there_with_labelled_axes(years):
    page = Page(years[1])

    assert set(page.figures) == PICTURES
    for key, texts in page.figures.items():
        labels = [text for text in texts if re.search(r"[a-z]{2}|%|kg", text)]
        assert len(labels) >= 2, key
    assert "Temperature, °C" in page.figures["sites"]
    assert "adult females a fish" in page.figures["lice"]
    assert len(years[1]) < 2_000_000


def test_every_picture_is_told_in_words(years):
    page = Page(years[1])

    assert len(page.labels) == len(PICTURES)
    for label in page.labels:
        assert len(label) > 60, label
    assert any(label.startswith("Salmon lice against the limit.") for label in page.labels)


def test_causes_have_the_colours_of_the_dashboard(years):
    (drawn,) = re.findall(r'id="picture-mortality".*?</figure>', years[1], re.DOTALL)

    for name, colour in CAUSES.values():
        assert name in drawn
        assert f"var(--{colour})" in drawn
    assert SHEET.read_text("utf-8").strip() in years[1]


def test_money_has_its_currency_and_another_farms_targets_are_left_out(years):
    _, text, figures = years
    page = Page(text)

    assert {"Cost, NOK/kg", "Revenue, NOK/kg", "Price of feed bought, NOK/kg"} <= set(page.texts)
    others = [t["label"] for t in figures["targets"].values() if t["verdict"] == "other farm"]
    assert others
    assert not set(others) & set(page.texts)
    assert f"{len(others)} sizes" in text


def test_pages_on_paper_have_numbers(years):
    assert 'counter(page) " of " counter(pages)' in years[1]


def test_nothing_bars_anybody_from_the_report(years):
    with chromium() as browser:
        assert barriers(browser, next(years[0].folder.rglob("run-1.html")).as_uri()) == []


def test_every_text_lies_inside_its_picture(years):
    size = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
    place = re.compile(r"<text[^>]*?translate\((-?[\d.]+)[ ,]+(-?[\d.]+)\)")
    place_too = re.compile(r'<text[^>]*? x="(-?[\d.]+)" y="(-?[\d.]+)"')
    for drawn in re.findall(r"<svg.*?</svg>", years[1], re.DOTALL):
        width, height = (float(x) for x in size.search(drawn).groups())
        texts = place.findall(drawn) + place_too.findall(drawn)
        assert texts
        for x, y in texts:
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height - 2, "descenders are cut"


def test_an_odd_name_stays_text(years):
    _, text, figures = years
    page = Page(text)

    assert "<script" not in text
    assert ODD in page.texts
    assert ODD in page.figures["areas"]
    assert ODD in page.figures["batches"]
    assert ODD in [batch["number"] for batch in figures["batches"]]


KEY_FIGURES = {
    "batches_started": "SELECT count(*) FROM batch_batch",
    "fish_dead": "SELECT sum(count) FROM batch_mortalityevent",
    "mortality_events": "SELECT count(*) FROM batch_mortalityevent",
    "fish_harvested": "SELECT sum(unit_count) FROM harvest_harvestlot",
    "harvested_live_kg": "SELECT sum(live_weight_kg) FROM harvest_harvestlot",
    "feed_events": "SELECT count(*) FROM inventory_feedingevent",
    "feed_given_kg": "SELECT round(sum(amount_kg), 3) FROM inventory_feedingevent",
    "feed_cost": "SELECT sum(feed_cost) FROM inventory_feedingevent",
    "feed_bought_kg": "SELECT sum(quantity_kg) FROM inventory_feedpurchase",
    "treatments": "SELECT count(*) FROM health_treatment WHERE treatment_type <> 'vaccination'",
    "vaccinations": "SELECT count(*) FROM health_treatment WHERE treatment_type = 'vaccination'",
    "lice_counts": "SELECT count(*) FROM health_licecount",
    "journal_entries": "SELECT count(*) FROM health_journalentry",
    "fish_alive_at_end": (
        "SELECT sum(population_count) FROM batch_batchcontainerassignment WHERE is_active"
    ),
}


@pytest.mark.parametrize("key", KEY_FIGURES)
def test_key_figures_are_what_the_database_says(years, key):
    shell, _, figures = years
    ((expected,),) = query(shell, KEY_FIGURES[key])

    assert expected > 0
    assert figures["key_figures"][key] == pytest.approx(float(expected), abs=0.011)


def test_sessions_add_up_to_everything(years):
    _, _, figures = years
    sessions = figures["sessions"]

    assert [s["session"] for s in sessions] == [1, 2, 3, 4]
    for key in ("batches_started", "fish_dead", "fish_harvested", "feed_events", "treatments"):
        assert sum(s["figures"][key] for s in sessions) == figures["key_figures"][key]
    last = sessions[-1]["cumulative"]
    assert last == {**figures["key_figures"], "lice_counts": last["lice_counts"]}
    assert sum(s["work"]["rows"] for s in sessions) == sum(figures["tables"].values())


def test_nothing_is_unaccounted_for(years):
    assert set(years[2]["quality"].values()) == {0}
    assert years[2]["validation"] is None


def test_again_it_is_the_same_but_for_the_validation(years):
    shell, text, figures = years
    shell.generate("--validate-only")
    page, again = report(shell, "run-1")

    assert again["validation"]["findings"]
    assert {**again, "validation": None} == figures
    assert page.split('id="quality"')[0] == text.split('id="quality"')[0]


def test_an_empty_database_is_refused(shell):
    done = shell.generate("--generate-report")

    assert done.returncode == 3
    assert "nothing to report" in done.stderr
    assert "--mode=sequential" in done.stderr
    assert not list(shell.folder.rglob("*.html"))


def test_without_matplotlib_it_says_what_to_install(shell, tmp_path):
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text("import sys\nsys.modules['matplotlib'] = None\n")
    done = shell.generate("--generate-report", PYTHONPATH=str(tmp_path))

    assert done.returncode == 3
    assert "pip install 'aquamind-data-generator[report]'" in done.stderr
