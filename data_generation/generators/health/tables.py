"""Health: what is found and what is done. The tables, for `core.declared.tables`."""

from data_generation.generators.core.declared.tables import Table

TABLES = (
    Table(
        "health_mortalityreason",
        """
        id:i8 name:s description:s
        """,
        natural_key=("name",),
    ),
    Table(
        "health_sampletype",
        """
        id:i8 name:s description:s
        """,
        natural_key=("name",),
    ),
    Table(
        "health_vaccinationtype",
        """
        id:i8 name:s manufacturer:s dosage:s description:s
        """,
        natural_key=("name",),
    ),
    Table(
        "health_healthparameter",
        """
        id:i8 name:s description_score_1:s description_score_2:s description_score_3:s
        description_score_4:s is_active:b description_score_5:s stamps
        """,
        history=True,
        natural_key=("name",),
        # As `sampling.py` scores.
        constant={"min_score": 1, "max_score": 5},
    ),
    Table(
        "health_journalentry",
        """
        id:i8 entry_date:ts category:s severity:s description:s resolution_status:b
        resolution_notes:s batch_id:i8>batch_batch container_id:i8>infrastructure_container
        user_id:i4>auth_user stamps
        """,
        history=True,
    ),
    Table(
        "health_licecount",
        """
        id:i8 count_date:ts adult_female_count:i4 adult_male_count:i4 juvenile_count:i4
        fish_sampled:i4 notes:s batch_id:i8>batch_batch container_id:i8>infrastructure_container
        user_id:i4>auth_user
        """,
        history=True,
    ),
    Table(
        "health_mortalityrecord",
        """
        id:i8 event_date:ts count:i4 notes:s batch_id:i8>batch_batch
        container_id:i8>infrastructure_container reason_id:i8>health_mortalityreason
        """,
        history=True,
    ),
    Table(
        "health_treatment",
        """
        id:i8 treatment_date:ts treatment_type:s description:s dosage:s duration_days:i4
        withholding_period_days:i4 outcome:s batch_id:i8>batch_batch
        batch_assignment_id:i8>batch_batchcontainerassignment
        container_id:i8>infrastructure_container user_id:i4>auth_user
        vaccination_type_id:i8>health_vaccinationtype
        """,
        history=True,
        constant={"includes_weighing": False},
    ),
    Table(
        "health_healthsamplingevent",
        """
        id:i8 sampling_date:d number_of_fish_sampled:i4 notes:s
        assignment_id:i8>batch_batchcontainerassignment sampled_by_id:i4>auth_user
        avg_k_factor:n10.4 avg_length_cm:n10.2 avg_weight_g:n10.2 calculated_sample_size:i4
        max_length_cm:n10.2 max_weight_g:n10.2 min_length_cm:n10.2 min_weight_g:n10.2
        std_dev_length_cm:n10.2 std_dev_weight_g:n10.2 stamps
        """,
        history=True,
    ),
    Table(
        "health_individualfishobservation",
        """
        id:i8 fish_identifier:s length_cm:n10.2 weight_g:n10.2
        sampling_event_id:i8>health_healthsamplingevent stamps
        """,
        history=True,
    ),
    Table(
        "health_fishparameterscore",
        """
        id:i8 score:i2 individual_fish_observation_id:i8>health_individualfishobservation
        parameter_id:i8>health_healthparameter stamps
        """,
    ),
    Table(
        "health_healthlabsample",
        """
        id:i8 sample_date:d date_sent_to_lab:d date_results_received:d lab_reference_id:s
        findings_summary:s quantitative_results:j attachment:s notes:s
        batch_container_assignment_id:i8>batch_batchcontainerassignment
        recorded_by_id:i4>auth_user sample_type_id:i8>health_sampletype stamps
        """,
        history=True,
    ),
)
