"""Feed: bought, stored, fed, summed up. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "inventory_feed",
        """
        id:i8 name:s brand:s size_category:s pellet_size_mm:n5.2 protein_percentage:n5.2
        fat_percentage:n5.2 carbohydrate_percentage:n5.2 description:s is_active:b stamps
        """,
        history=True,
        natural_key=("name",),
    ),
    Table(
        "inventory_feedpurchase",
        """
        id:i8 purchase_date:d quantity_kg:n10.2 cost_per_kg:n10.2 supplier:s batch_number:s
        expiry_date:d notes:s feed_id:i8>inventory_feed stamps
        """,
        history=True,
        needed=True,
    ),
    Table(
        "inventory_feedcontainerstock",
        """
        id:i8 quantity_kg:n10.2 entry_date:ts feed_container_id:i8>infrastructure_feedcontainer
        feed_purchase_id:i8>inventory_feedpurchase written_off_kg:n10.2 stamps
        """,
        history=True,
        needed=True,
        ours=("written_off_kg",),
    ),
    Table(
        "inventory_feedingevent",
        """
        id:i8 feeding_date:d feeding_time:t amount_kg:n10.4 batch_biomass_kg:n10.2
        feeding_percentage:n8.6 method:s notes:s batch_id:i8>batch_batch
        batch_assignment_id:i8>batch_batchcontainerassignment
        container_id:i8>infrastructure_container feed_id:i8>inventory_feed
        recorded_by_id:i4>auth_user feed_cost:n10.2
        feed_stock_id:i8>inventory_feedcontainerstock stamps
        """,
        history=True,
        ours=("feed_stock_id",),
    ),
    Table(
        "inventory_containerfeedingsummary",
        """
        id:i8 period_start:d period_end:d total_feed_kg:n10.2 starting_biomass_kg:n10.2
        ending_biomass_kg:n10.2 growth_kg:n10.2 fcr:n5.3 confidence_level:s estimation_method:s
        data_points:i4 batch_id:i8>batch_batch
        container_assignment_id:i8>batch_batchcontainerassignment stamps
        """,
        history=True,
    ),
    Table(
        "inventory_batchfeedingsummary",
        """
        id:i8 period_start:d period_end:d total_feed_kg:n10.2 average_feeding_percentage:n5.2
        batch_id:i8>batch_batch total_feed_consumed_kg:n10.2 total_biomass_gain_kg:n10.2
        fcr:n5.3 estimation_method:s container_count:i4 overall_confidence_level:s
        total_ending_biomass_kg:n10.2 total_growth_kg:n10.2 total_starting_biomass_kg:n10.2
        weighted_avg_fcr:n5.3 average_biomass_kg:n10.2 stamps
        """,
        history=True,
    ),
)
