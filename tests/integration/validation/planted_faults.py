"""Faults to plant into a run of the profile `tiny`, and what must be found of each.

The run has two batches. FI-2015-001 (id 1) lived in four containers a stage, which its assignments
1 to 24 name in turn: halls A to E, then the cages of Hvannasund, harvested in August 2017.
FI-2017-001 (id 2, assignments 25 to 32) is in Hall B when the run ends on 2017-12-31.
"""

from tests.integration.validation.planting import (
    OUTBREAK,
    assign,
    cage_in_fallow,
    change,
    count_left_out,
    day_of_light_missing,
    duplicate,
    event,
    fault,
    fish_returned,
    invoice,
    lice_in_a_hall,
    limit_ignored,
    moved_reading,
    outbreak_without_deaths,
    reading,
    remove,
    row,
    salt_probe,
    small_fish_vaccinated,
    treated_without_lice,
    turbidity,
    younger_lot_first,
)

_BOTH_COUNTS = {"fish_created_or_lost", "fish_created_or_lost_on_a_day"}

INTEGRITY = {
    "reading in another container": fault(
        reading("container_id = 1"), "readings_outside_assignment"
    ),
    "reading after the departure": fault(
        moved_reading("2015-07-04 00:00Z"), "readings_outside_assignment"
    ),
    "reading before the assignment": fault(
        moved_reading("2015-04-03 23:59Z"), "readings_outside_assignment"
    ),
    "reading stored a day late": fault(
        reading("created_at = created_at + interval '1 day'"), "readings_stored_late"
    ),
    "reading of another batch": fault(
        reading("batch_id = 2"),
        "readings_outside_assignment",
        other=("readings_outside_assignment",),
    ),
    "reading of nobody": fault(
        reading("batch_id = NULL, batch_container_assignment_id = NULL"),
        "readings_outside_assignment",
    ),
    "feeding in another container": fault(
        event("inventory_feedingevent", "container_id = 1", "batch_assignment_id = 6"),
        "feedings_outside_assignment",
    ),
    "feeding after the departure": fault(
        event("inventory_feedingevent", "feeding_date = '2015-07-04'", "batch_assignment_id = 6"),
        "feedings_outside_assignment",
        "feed_summaries_differ",
    ),
    "sample before the assignment": fault(
        event("batch_growthsample", "sample_date = '2015-04-03'", "assignment_id = 6"),
        "samples_outside_assignment",
    ),
    "deaths in another container": fault(
        event("batch_mortalityevent", "assignment_id = 1", "assignment_id = 6"),
        "mortalities_outside_assignment",
        "mortality_records_differ",
    ),
    "one death more": fault(
        event("batch_mortalityevent", "count = count + 1", "assignment_id = 6"),
        *_BOTH_COUNTS,
        "mortality_records_differ",
    ),
    "deaths a day too early": fault(fish_returned, "fish_created_or_lost_on_a_day"),
    "feed written off that was eaten": fault(
        event("inventory_feedcontainerstock", "written_off_kg = 5", "feed_container_id = 7"),
        "feed_lots_unbalanced",
    ),
    "more bought than came": fault(
        event(
            "inventory_feedpurchase",
            "quantity_kg = quantity_kg + 100",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "purchases_not_received",
    ),
    "another feed than the lot's": fault(
        event("inventory_feedingevent", "feed_id = feed_id + 1", "batch_assignment_id = 21"),
        "feed_not_bought",
    ),
    "feed of no lot": fault(
        event("inventory_feedingevent", "feed_stock_id = NULL", "batch_assignment_id = 21"),
        "feed_not_bought",
        "feed_lots_unbalanced",
    ),
    "one kilogram from nowhere": fault(
        event("inventory_feedingevent", "amount_kg = amount_kg + 1", "batch_assignment_id = 21"),
        "feed_lots_unbalanced",
        "feed_cost_differs",
        "feed_summaries_differ",
    ),
    "feed dearer than it was": fault(
        event("inventory_feedingevent", "feed_cost = feed_cost + 1", "batch_assignment_id = 21"),
        "feed_cost_differs",
    ),
    "feed summary off": fault(
        event(
            "inventory_containerfeedingsummary",
            "total_feed_kg = total_feed_kg + 1",
            "container_assignment_id = 21",
        ),
        "feed_summaries_differ",
    ),
    "overfull silo": fault(
        event("infrastructure_feedcontainer", "capacity_kg = 100", "id = 7"),
        "silos_over_or_under",
    ),
    "two batches in a tank": fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-02-01", "2016-02-03", 5),
        "two_batches_in_a_container",
        "hall_without_rest",
        other=("two_batches_in_a_container", "hall_without_rest"),
    ),
    "a fish lost on the way": fault(
        event(
            "batch_batchtransfer",
            "transferred_count = transferred_count - 1",
            "source_batch_id = 1",
        ),
        "transfers_differ",
    ),
    "biomass without fish": fault(
        event("batch_batchcontainerassignment", "biomass_kg = biomass_kg + 1", "id = 6"),
        "assignment_state_wrong",
    ),
    "a batch that ended before its last fish": fault(
        event("batch_batch", "actual_end_date = '2017-08-25'", "id = 1"), "batch_state_wrong"
    ),
    "a death record more than deaths": fault(
        event("health_mortalityrecord", "count = count + 1", "batch_id = 1"),
        "mortality_records_differ",
    ),
    "a death record after the move": fault(
        event("health_mortalityrecord", "event_date = '2015-07-20Z'", "container_id = 6"),
        "health_rows_outside_stay",
    ),
    "a sampled fish without a score": fault(
        row(
            "DELETE FROM health_fishparameterscore WHERE id = "
            "(SELECT min(id) FROM health_fishparameterscore)"
        ),
        "health_samplings_differ",
        "rows_missing",
    ),
    "a lab answer before the sample": fault(
        event(
            "health_healthlabsample",
            "date_results_received = sample_date - 1",
            "batch_container_assignment_id < 20 AND notes = 'Routine screening'",
        ),
        "lab_dates_out_of_order",
    ),
    "a harvest fact with a kilogram more": fault(
        event("finance_factharvest", "quantity_kg = quantity_kg + 1", "true", "fact_id"),
        "harvest_facts_differ",
    ),
    "invoice unequal to the harvest": fault(invoice, "sales_differ"),
    "export unequal to the invoice": fault(
        event("finance_navexportline", "amount = amount + 1", "true", "line_id"), "exports_differ"
    ),
    "waste that was no fish": fault(
        event("harvest_harvestwaste", "weight_kg = weight_kg + 1", "true"),
        "harvest_waste_differs",
    ),
    "more eggs than were stripped": fault(
        event("broodstock_eggproduction", "egg_count = egg_count + 1", "pair_id IS NOT NULL"),
        "eggs_unbalanced",
        "egg_productions_unfit",
    ),
    "own eggs said to be bought": fault(
        event("broodstock_eggproduction", "source_type = 'external'", "pair_id IS NOT NULL"),
        "egg_productions_unfit",
    ),
    "a parent in another tank": fault(
        event(
            "broodstock_broodstockfish",
            "container_id = 25",
            "id = (SELECT min(fish_id) FROM broodstock_fishmovement)",
        ),
        "parents_in_wrong_tank",
        not_of_a_batch=("parents_in_wrong_tank",),
    ),
    "weather day missing": fault(
        row("DELETE FROM environmental_weatherdata WHERE timestamp::date = '2016-05-05'"),
        "weather_missing",
        "rows_missing",
    ),
    "a day of light missing": fault(day_of_light_missing, "photoperiod_missing", "rows_missing"),
    "a reading twice": fault(duplicate, "duplicate_readings"),
    "no creation in the history": fault(
        row(
            "DELETE FROM batch_historicalmortalityevent WHERE id = "
            "(SELECT min(id) FROM batch_mortalityevent WHERE assignment_id = 6)"
        ),
        "history_incomplete",
        "rows_missing",
    ),
    "created twice": fault(
        row(
            "INSERT INTO harvest_historicalharvestevent SELECT id, created_at, updated_at, "
            "event_date, dest_subsidiary, document_ref, assignment_id, batch_id, "
            "dest_geography_id, 90000, history_date, history_change_reason, history_type, "
            "history_user_id FROM harvest_historicalharvestevent WHERE id = 1"
        ),
        "history_incomplete",
    ),
    "changed behind the history's back": fault(
        row("UPDATE batch_growthsample SET avg_weight_g = avg_weight_g + 1 WHERE id = 9"),
        "history_incomplete",
    ),
    "a treatment without history": fault(
        row("DELETE FROM health_historicaltreatment WHERE id = 1"),
        "history_incomplete",
        "rows_missing",
    ),
    "a lice count changed behind the history's back": fault(
        row("UPDATE health_licecount SET notes = 'seen' WHERE id = 1"), "history_incomplete"
    ),
    "a policy changed behind the history's back": fault(
        row("UPDATE finance_intercompanypolicy SET markup_percent = 9 WHERE policy_id = 1"),
        "history_incomplete",
        not_of_a_batch=("history_incomplete",),
    ),
    "the readings of a month gone": fault(
        row(
            "DELETE FROM environmental_environmentalreading "
            "WHERE reading_time >= '2016-05-01' AND reading_time < '2016-06-01'"
        ),
        "rows_missing",
    ),
    "deleted behind the history's back": fault(
        row("DELETE FROM batch_growthsample WHERE id = 9"), "history_incomplete", "rows_missing"
    ),
}


RULES = {
    "hall taken after 13 days": fault(
        lambda connection: assign(connection, "Strond Hall E-01", "2016-04-13", "2016-04-14", 5),
        "hall_without_rest",
        other=("hall_without_rest",),
    ),
    "another cage taken during the fallow": fault(
        cage_in_fallow, "area_without_fallow", other=("area_without_fallow",)
    ),
    "a batch too many": fault(
        event("batch_batch", "actual_end_date = '2017-09-30'", "id = 1"),
        "batch_state_wrong",
        "too_many_batches",
        not_of_a_batch=("too_many_batches",),
    ),
    "stage order reversed": fault(
        event(
            "batch_batchtransfer",
            "source_lifecycle_stage_id = 3, destination_lifecycle_stage_id = 2",
            "source_lifecycle_stage_id = 2 AND source_batch_id = 1",
        ),
        "stages_out_of_order",
    ),
    "a stage left out": fault(
        event(
            "batch_batchtransfer",
            "destination_lifecycle_stage_id = destination_lifecycle_stage_id + 1",
            "source_lifecycle_stage_id = 2 AND source_batch_id = 1",
        ),
        "stages_out_of_order",
    ),
    "sea fish in a hall": fault(
        event("batch_batchcontainerassignment", "lifecycle_stage_id = 6", "id = 6"),
        "stage_in_wrong_place",
    ),
    "more fish than a tank may hold": fault(
        event("infrastructure_container", "max_biomass_kg = 50", "id = 20"),
        "container_overfull",
    ),
    "more fish than a sea area may hold": fault(
        event("infrastructure_area", "max_biomass = 1000", "id = 1"), "container_overfull"
    ),
    "cages too small for their fish": fault(
        event("infrastructure_container", "volume_m3 = 3000", "id = 22"), "container_overfull"
    ),
    "a probe of salt in fresh water": fault(salt_probe, "wrong_parameter_for_water"),
    "salinity read in fresh water": fault(
        reading(
            "parameter_id = (SELECT id FROM environmental_environmentalparameter "
            "WHERE name = 'Salinity')"
        ),
        "readings_wrong_for_water",
    ),
    "salinity of a hall's water": fault(
        event("environmental_stagetransitionenvironmental", "salinity = 1", "salinity IS NULL"),
        "transition_water_wrong",
    ),
    "turbidity": fault(turbidity, "readings_wrong_for_water"),
    "one shifted temperature series": fault(
        row(
            "UPDATE environmental_environmentalreading SET value = value + 1 "
            "WHERE batch_container_assignment_id = 22 AND sensor_id IS NOT NULL AND parameter_id = "
            "(SELECT id FROM environmental_environmentalparameter WHERE name = 'Temperature')"
        ),
        "sensors_apart",
    ),
    "a day an hour too long": fault(
        event("environmental_photoperioddata", "day_length_hours = day_length_hours + 1", "true"),
        "day_length_wrong",
    ),
    "harvest in withholding": fault(
        event(
            "health_treatment",
            "withholding_period_days = 365",
            "withholding_period_days > 0 AND batch_assignment_id = 21",
        ),
        "harvested_in_withholding",
    ),
    "treatment without reason": fault(
        event("health_treatment", "description = 'Bronopol bath: To be sure'", "batch_id = 1"),
        "treatment_without_reason",
    ),
    "delousing without lice": fault(treated_without_lice, "treatment_without_reason"),
    "outbreak without lab sample": fault(
        lambda connection: change(
            connection,
            "health_healthlabsample",
            "findings_summary = 'No specific finding'",
            f"findings_summary LIKE '%{OUTBREAK}%'",
        ),
        "outbreak_not_everywhere",
    ),
    "outbreak without deaths": fault(outbreak_without_deaths, "outbreak_not_everywhere"),
    "outbreak not in the journal": fault(
        event("health_journalentry", "category = 'observation'", "category = 'diagnosis'"),
        "outbreak_not_everywhere",
        "treatment_without_reason",
    ),
    "vaccination at 20 g": fault(small_fish_vaccinated, "vaccinated_too_small"),
    "no vaccination before the sea": fault(
        lambda connection: remove(
            connection, "health_treatment", "vaccination_type_id IS NOT NULL"
        ),
        "unvaccinated_at_sea",
        "rows_missing",
    ),
    "lice in fresh water": fault(lice_in_a_hall, "lice_in_fresh_water"),
    "a lice count left out": fault(count_left_out, "lice_not_counted", "rows_missing"),
    "lice above the limit, and nothing done": fault(limit_ignored, "lice_limit_ignored"),
    "a pair of two females": fault(
        event(
            "broodstock_breedingpair",
            "male_fish_id = female_fish_id",
            "id = (SELECT min(pair_id) FROM broodstock_eggproduction)",
        ),
        "parents_unfit",
    ),
    "feed given after it expired": fault(
        event(
            "inventory_feedpurchase",
            "expiry_date = purchase_date + 4",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "feed_after_expiry",
    ),
    "more harvested than was in the cage": fault(
        event("harvest_harvestlot", "unit_count = unit_count + 1", "event_id = 1"),
        "harvest_lots_differ",
        "harvest_facts_differ",
        *_BOTH_COUNTS,
    ),
    "feed on the second day after the order": fault(
        event(
            "inventory_feedpurchase",
            "purchase_date = purchase_date + 1",
            "id = (SELECT min(feed_purchase_id) FROM inventory_feedcontainerstock "
            "WHERE feed_container_id = 7)",
        ),
        "delivered_too_soon",
    ),
    "the younger lot first": fault(younger_lot_first, "feed_not_first_in_first_out"),
}
