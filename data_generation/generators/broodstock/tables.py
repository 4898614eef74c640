"""Parents and eggs. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "broodstock_eggsupplier",
        """
        id:i8 name:s contact_details:s certifications:s stamps
        """,
        history=True,
        natural_key=("name",),
    ),
    Table(
        "broodstock_breedingplan",
        """
        id:i8 name:s start_date:ts end_date:ts objectives:s created_by_id:i4>auth_user
        breeder_instructions:s geneticist_notes:s stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_breedingtraitpriority",
        """
        id:i8 trait_name:s priority_weight:f8 plan_id:i8>broodstock_breedingplan stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_broodstockfish",
        """
        id:i8 traits:j health_status:s container_id:i8>infrastructure_container stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_breedingpair",
        """
        id:i8 pairing_date:ts progeny_count:i4 female_fish_id:i8>broodstock_broodstockfish
        male_fish_id:i8>broodstock_broodstockfish plan_id:i8>broodstock_breedingplan stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_eggproduction",
        """
        id:i8 egg_batch_id:s egg_count:i4 production_date:ts source_type:s
        destination_station_id:i8>infrastructure_freshwaterstation
        pair_id:i8>broodstock_breedingpair stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_externaleggbatch",
        """
        id:i8 batch_number:s provenance_data:s egg_production_id:i8>broodstock_eggproduction
        supplier_id:i8>broodstock_eggsupplier stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_batchparentage",
        """
        id:i8 assignment_date:ts batch_id:i8>batch_batch
        egg_production_id:i8>broodstock_eggproduction stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_fishmovement",
        """
        id:i8 movement_date:ts notes:s fish_id:i8>broodstock_broodstockfish
        from_container_id:i8>infrastructure_container moved_by_id:i4>auth_user
        to_container_id:i8>infrastructure_container stamps
        """,
        history=True,
    ),
    Table(
        "broodstock_maintenancetask",
        """
        id:i8 task_type:s scheduled_date:ts completed_date:ts notes:s
        container_id:i8>infrastructure_container created_by_id:i4>auth_user stamps
        """,
        history=True,
    ),
)
