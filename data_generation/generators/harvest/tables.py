"""Slaughter and what it yields. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "harvest_productgrade",
        """
        id:i8 code:s name:s description:s stamps
        """,
        history=True,
        natural_key=("code",),
    ),
    Table(
        "harvest_harvestevent",
        """
        id:i8 event_date:ts dest_subsidiary:s document_ref:s
        assignment_id:i8>batch_batchcontainerassignment batch_id:i8>batch_batch
        dest_geography_id:i8>infrastructure_geography stamps
        """,
        history=True,
    ),
    Table(
        "harvest_harvestlot",
        """
        id:i8 live_weight_kg:n12.3 gutted_weight_kg:n12.3 fillet_weight_kg:n12.3 unit_count:i4
        event_id:i8>harvest_harvestevent product_grade_id:i8>harvest_productgrade stamps
        """,
        history=True,
    ),
    Table(
        "harvest_harvestwaste",
        """
        id:i8 category:s weight_kg:n12.3 event_id:i8>harvest_harvestevent stamps
        """,
        history=True,
    ),
)
