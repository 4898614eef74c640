"""Money: what batches cost and bring, sales between the group's companies, and their export.

Amounts are whole øre. The schema has no place for the cost of a batch, so it is kept here, by batch
and kind, and given out by `batch_money` and as totals in the month's metrics. Revenue is what
farming is paid by the sales company: gutted kilograms times `prices.salmon_of_size_ore`, one
transaction for each harvest event and grade. Smolt are charged in the books only: a transaction
needs a harvest event, and a move to sea is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from data_generation.config.finance import SUBSIDIARIES
from data_generation.config.types import ADULT
from data_generation.generators.core.dates import at, to_date
from data_generation.generators.core.day import Slaughter
from data_generation.generators.core.declared.output import NULL
from data_generation.generators.core.fish import Batch
from data_generation.generators.core.layout import Layout
from data_generation.generators.core.world import Ints, World
from data_generation.generators.finance.prices import GRADE_CODES, salmon_market, salmon_of_size_ore
from data_generation.generators.finance.state import MoneyOfBatch, OpenSales
from data_generation.generators.harvest.setup import GRADES

COSTS = ("eggs", "feed_fresh", "feed_sea", "treatment", "vaccine", "laboratory", "other")
"""Kinds of cost that a batch can have; `other` takes what has no kind of its own."""
_STATES = ("pending", "exported", "posted")
_FW, _FM, _LG = 1, 2, 3


@dataclass(frozen=True)
class BatchMoney:
    """What a batch has cost and brought so far, in øre."""

    costs: dict[str, int]
    smolt: int
    harvested_g: int
    gutted_g: int
    revenue: int

    @property
    def cost(self) -> int:
        """All costs of the group."""
        return sum(self.costs.values())


def batch_money(snapshot: Mapping[str, Ints]) -> dict[int, BatchMoney]:
    """What each batch has cost and brought, by its id, from a ledger's snapshot."""
    money = MoneyOfBatch.found_in(snapshot)
    costs = np.stack([getattr(money, kind) for kind in COSTS], axis=1)
    return {
        batch: BatchMoney(dict(zip(COSTS, spent, strict=True)), *rest)
        for batch, spent, *rest in zip(
            money.id.tolist(),
            costs.tolist(),
            money.smolt.tolist(),
            money.harvested_g.tolist(),
            money.gutted_g.tolist(),
            money.revenue.tolist(),
            strict=True,
        )
    }


def company(country: int, subsidiary: int) -> int:
    """Key of a country's company; `subsidiary` is a position in `SUBSIDIARIES`."""
    return country * len(SUBSIDIARIES) + subsidiary + 1


def sale_policy(country: int, grade: int) -> int:
    """Key of the policy by which farming sells a grade to the sales company."""
    return (2 * country + 1) * len(GRADES) + grade + 1


def area_site(layout: Layout, place: int) -> int:
    """Key of the site that a berth's sea area is."""
    return len(layout.stations) + layout.places[place].key


def write_finance(world: World) -> None:
    """Companies, sites and policies, as they stood on the first morning of the run."""
    layout, start_day = world.layout, world.first_day
    ids, output, money = world.ids, world.output, world.config.finance
    countries = layout.countries
    table = "finance_dimcompany"
    rows = len(countries) * len(SUBSIDIARIES)
    output.insert(
        table,
        rows,
        company_id=ids.take(table, rows),
        subsidiary=list(SUBSIDIARIES) * len(countries),
        display_name=[
            f"{c.name} {money.company_names[s]}" for c in countries for s in SUBSIDIARIES
        ],
        currency=money.currency,
        nav_company_code=[f"{c.prefix}-{s}" for c in countries for s in SUBSIDIARIES],
        geography_id=np.repeat(np.arange(1, len(countries) + 1), len(SUBSIDIARIES)),
    )
    sites = [
        ("station", key, name, company(country, _FW))
        for key, (country, name, _) in enumerate(layout.stations, start=1)
    ]
    sites += [("area", area.key, area.name, company(area.country, _FM)) for area in layout.areas]
    table = "finance_dimsite"
    output.insert(
        table,
        len(sites),
        site_id=ids.take(table, len(sites)),
        source_model=[site[0] for site in sites],
        source_pk=np.array([site[1] for site in sites]),
        site_name=[site[2] for site in sites],
        company_id=np.array([site[3] for site in sites]),
    )
    ways = [
        (country, *way)
        for country in range(len(countries))
        for way in (
            ("cost_plus", round(1000 * money.smolt_markup_percent), _FW, _FM),
            ("market", NULL, _FM, _LG),
        )
    ]
    table = "finance_intercompanypolicy"
    rows = len(ways) * len(GRADES)
    output.insert(
        table,
        rows,
        policy_id=ids.take(table, rows),
        method=[method for _, method, *_ in ways for _ in GRADES],
        markup_percent=np.repeat([way[2] for way in ways], len(GRADES)),
        from_company_id=np.repeat([company(way[0], way[3]) for way in ways], len(GRADES)),
        product_grade_id=np.tile(np.arange(1, len(GRADES) + 1), len(ways)),
        to_company_id=np.repeat([company(way[0], way[4]) for way in ways], len(GRADES)),
        created_at=at(start_day, 0),
        updated_at=at(start_day, 0),
    )


class Finance:
    """Books costs and sales, and exports them to the accounts."""

    def __init__(self, world: World) -> None:
        self._money, self._sales = world.of(MoneyOfBatch), world.of(OpenSales)

    def advance(self, world: World) -> None:
        """The day's costs and sales; on its day the export, and what the accounts have posted."""
        day, config = world.today.day, world.config.finance
        for batch in world.batches:
            if batch.start_day == day:
                self._buy_eggs(world, batch)
            elif batch.stage == ADULT and not batch.moving:
                self._charge_smolt(world, batch)
        self._spend(world)
        for slaughter in world.today.slaughtered:
            self._sell(world, slaughter)
        if to_date(day).day == config.export_day:
            self._export(world)
        self._post(world)
        self._tell(world)

    def _buy_eggs(self, world: World, batch: Batch) -> None:
        price = world.config.finance.egg_price
        ore = round(100 * (price.external if batch.external else price.internal))
        row = MoneyOfBatch(1)
        row.id = batch.id
        row.eggs = batch.eggs * ore
        self._money.add(row)

    def _charge_smolt(self, world: World, batch: Batch) -> None:
        """When the last fish have come to sea: fresh water's cost and overhead, plus the markup."""
        row = self._row(batch.id)
        if self._money.smolt[row]:
            return
        config = world.config.finance
        fish = int(world.fish.count[world.fish.batch == batch.id].sum())
        spent = sum(int(getattr(self._money, kind)[row]) for kind in COSTS if kind != "feed_sea")
        cost = spent + fish * round(100 * config.smolt_overhead)
        markup = round(1000 + 10 * config.smolt_markup_percent)
        self._money.smolt[row] = cost * markup // 1000

    def _row(self, batch: int) -> int:
        return int(np.searchsorted(self._money.id, batch))

    def _spend(self, world: World) -> None:
        spent = world.today.costs
        if not spent:
            return
        rows = np.searchsorted(self._money.id, [cost.batch for cost in spent])
        columns = MoneyOfBatch.columns
        kinds = [columns[cost.kind if cost.kind in COSTS else "other"].position for cost in spent]
        np.add.at(
            self._money.values, (np.array(kinds), rows), np.array([cost.ore for cost in spent])
        )

    def _sell(self, world: World, sold: Slaughter) -> None:
        """Facts of a harvest event's lots, and the sale of each grade to the sales company."""
        day, layout, config = world.today.day, world.layout, world.config.finance
        country = layout.places[sold.place].country
        rows, moment = len(sold.lots), at(day, 21)
        table = "finance_factharvest"
        world.output.insert(
            table,
            rows,
            fact_id=world.ids.take(table, rows),
            event_date=sold.moment,
            quantity_kg=sold.live_g,
            unit_count=sold.counts,
            dim_batch_id=sold.batch,
            dim_company_id=company(country, _FM),
            dim_site_id=area_site(layout, sold.place),
            event_id=sold.event,
            lot_id=sold.lots,
            product_grade_id=sold.grades + 1,
            created_at=moment,
            updated_at=moment,
        )
        mean_g = sold.live_g // np.maximum(sold.counts, 1)
        market = salmon_market(config, world.draws, day)
        prices = [
            salmon_of_size_ore(config, market, weight, grade)
            for weight, grade in zip(mean_g.tolist(), sold.grades.tolist(), strict=True)
        ]
        amounts = (sold.gutted_g * np.array(prices) + 500) // 1000
        row = self._row(sold.batch)
        self._money.harvested_g[row] += sold.live_g.sum()
        self._money.gutted_g[row] += sold.gutted_g.sum()
        self._money.revenue[row] += amounts.sum()
        sales = OpenSales.of(
            rows,
            tx_id=world.ids.take("finance_intercompanytransaction", rows),
            state=0,
            posting_date=day,
            amount=amounts,
            event=sold.event,
            policy=np.array([sale_policy(country, g) for g in sold.grades.tolist()]),
            created_us=at(day, 21, 5),
            country=country,
            grade=sold.grades,
            place=sold.place,
            batch=sold.batch,
            posted_day=NULL,
            live_g=sold.live_g,
        )
        self._sales.add(sales)
        world.output.insert(
            "finance_intercompanytransaction", rows, **self._columns(world, sales, at(day, 21, 5))
        )

    def _columns(self, world: World, sales: OpenSales, moment: int) -> dict[str, Any]:
        """The rows of transactions as they stand."""
        return {
            "tx_id": sales.tx_id,
            "posting_date": sales.posting_date,
            "amount": sales.amount,
            "currency": world.config.finance.currency,
            "state": [_STATES[state] for state in sales.state.tolist()],
            "event_id": sales.event,
            "policy_id": sales.policy,
            "created_at": sales.created_us,
            "updated_at": moment,
        }

    def _export(self, world: World) -> None:
        """What each farming company sold last month, as one batch of journal lines."""
        today = to_date(world.today.day)
        first = world.today.day - today.day + 1
        ready = (self._sales.state == 0) & (self._sales.posting_date < first)
        for country in range(len(world.layout.countries)):
            rows = np.flatnonzero(ready & (self._sales.country == country))
            if len(rows):
                self._export_company(world, country, rows, first - 1)

    def _export_company(self, world: World, country: int, rows: Ints, last: int) -> None:
        day, config = world.today.day, world.config.finance
        table = "finance_navexportbatch"
        export = world.ids.one(table)
        written, sent = at(day, 9, 5 * country), at(day, 9, 30 + 5 * country)
        columns: dict[str, Any] = {
            "batch_id": export,
            "date_from": last - to_date(last).day + 1,
            "date_to": last,
            "posting_date": last,
            "currency": config.currency,
            "company_id": company(country, _FM),
            "created_at": written,
        }
        world.output.insert(table, 1, **columns, state="draft", updated_at=written)
        world.output.update(table, 1, **columns, state="exported", updated_at=sent)
        spread = world.draws.integer(
            "posting", country, config.posting_days_min, config.posting_days_max, day
        )
        self._sales.state[rows] = 1
        self._sales.posted_day[rows] = day + spread
        sales = self._sales.take(rows)
        world.output.update(
            "finance_intercompanytransaction", len(rows), **self._columns(world, sales, sent)
        )
        self._write_lines(world, country, export, sales, written)

    def _write_lines(
        self, world: World, country: int, export: int, sales: OpenSales, moment: int
    ) -> None:
        config, table = world.config.finance, "finance_navexportline"
        keys = sales.tx_id.tolist()
        grades = sales.grade.tolist()
        series = _series(world, int(sales.posting_date[0]))
        sites = [area_site(world.layout, place) for place in sales.place.tolist()]
        world.output.insert(
            table,
            len(sales),
            moment=moment,
            line_id=world.ids.take(table, len(sales)),
            document_no=[f"{series}-{key:05d}" for key in keys],
            account_no=[config.accounts[GRADE_CODES[grade]] for grade in grades],
            balancing_account_no=config.balancing_account,
            amount=sales.amount,
            description=[
                f"Salmon {GRADES[grade][1].lower()}, {live_g / 1000:.0f} kg live, "
                f"{world.layout.places[place].name} {to_date(day)}"
                for grade, live_g, place, day in zip(
                    grades,
                    sales.live_g.tolist(),
                    sales.place.tolist(),
                    sales.posting_date.tolist(),
                    strict=True,
                )
            ],
            batch_id_int=sales.batch,
            batch_id=export,
            dim_company_id=company(country, _FM),
            dim_site_id=np.array(sites),
            product_grade_id=sales.grade + 1,
            transaction_id=sales.tx_id,
        )

    def _post(self, world: World) -> None:
        """The accounts report what they have posted."""
        done = (self._sales.state == 1) & (self._sales.posted_day <= world.today.day)
        if not done.any():
            return
        sales = self._sales.take(done)
        sales.state = 2
        moment = at(world.today.day, 16)
        world.output.update(
            "finance_intercompanytransaction", len(sales), **self._columns(world, sales, moment)
        )
        self._sales.keep(~done)

    def _tell(self, world: World) -> None:
        money = self._money
        world.figures |= {f"cost_{kind}_ore": int(getattr(money, kind).sum()) for kind in COSTS}
        world.figures["revenue_ore"] = int(money.revenue.sum())
        world.figures["harvested_kg"] = int(money.harvested_g.sum()) // 1000


def _series(world: World, day: int) -> str:
    """How the numbers of sales documents begin: apart for a batch that is generated by itself."""
    if world.itinerary is None:
        return f"IC-{to_date(day).year}"
    plan = world.itinerary
    prefix = world.layout.countries[plan.country].prefix
    return f"IC-{prefix}-{to_date(plan.start_day).year}-{plan.sequence:03d}"
