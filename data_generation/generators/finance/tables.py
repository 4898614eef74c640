"""Companies, sales and their way into the accounts. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "finance_dimcompany",
        """
        company_id:i8 subsidiary:s display_name:s currency:s nav_company_code:s
        geography_id:i8>infrastructure_geography
        """,
        natural_key=("geography_id", "subsidiary"),
    ),
    Table(
        "finance_dimsite",
        """
        site_id:i8 source_model:s source_pk:i4 site_name:s company_id:i8>finance_dimcompany
        """,
        natural_key=("company_id", "source_model", "site_name"),
        keys_by_kind=(
            "source_pk",
            "source_model",
            {"station": "infrastructure_freshwaterstation", "area": "infrastructure_area"},
        ),
    ),
    Table(
        "finance_intercompanypolicy",
        """
        policy_id:i8 method:s markup_percent:n6.3 from_company_id:i8>finance_dimcompany
        product_grade_id:i8>harvest_productgrade to_company_id:i8>finance_dimcompany stamps
        """,
        history=True,
        natural_key=("from_company_id", "to_company_id", "product_grade_id"),
        constant={"pricing_basis": "grade"},
    ),
    Table(
        "finance_factharvest",
        """
        fact_id:i8 event_date:ts quantity_kg:n12.3 unit_count:i4 dim_batch_id:i4
        dim_company_id:i8>finance_dimcompany dim_site_id:i8>finance_dimsite
        event_id:i8>harvest_harvestevent lot_id:i8>harvest_harvestlot
        product_grade_id:i8>harvest_productgrade stamps
        """,
        history=True,
        keys={"dim_batch_id": "batch_batch"},
    ),
    Table(
        "finance_intercompanytransaction",
        """
        tx_id:i8 posting_date:d amount:n14.2 currency:s state:s event_id:i8>harvest_harvestevent
        policy_id:i8>finance_intercompanypolicy stamps
        """,
        history=True,
        # Newer versions let a sale come of anything, which they name by its kind and its key.
        found={
            "content_type_id": (
                "django_content_type",
                {"app_label": "harvest", "model": "harvestevent"},
            )
        },
        copied={"object_id": "event_id"},
    ),
    Table(
        "finance_navexportbatch",
        """
        batch_id:i8 date_from:d date_to:d posting_date:d currency:s state:s
        company_id:i8>finance_dimcompany stamps
        """,
        history=True,
    ),
    Table(
        "finance_navexportline",
        """
        line_id:i8 document_no:s account_no:s balancing_account_no:s amount:n14.2 description:s
        batch_id_int:i4 batch_id:i8>finance_navexportbatch dim_company_id:i8>finance_dimcompany
        dim_site_id:i8>finance_dimsite product_grade_id:i8>harvest_productgrade
        transaction_id:i8>finance_intercompanytransaction
        """,
        history=True,
        keys={"batch_id_int": "batch_batch"},
    ),
)
