"""The columns of schools.csv: Giga's school-master columns, and three of ours.

Every Giga column is accepted, so that an export loads as it is; those not named in `USED` are ignored.
"""

from __future__ import annotations

from typing import Final

REQUIRED: Final = (
    "school_id_govt",
    "school_name",
    "latitude",
    "longitude",
    "education_level",
    "admin1",
    "school_area_type",
    "num_students",
    "num_classrooms",
    "connectivity_govt",
)
OPTIONAL: Final = (
    "school_id_giga",
    "site_id",
    "programme_state",
    "connectivity_type_govt",
    "download_speed_contracted",
    "backup_link",
)
USED: Final = REQUIRED + OPTIONAL
"""Columns that Homeroom reads. `site_id`, `programme_state` and `backup_link` are ours, the others Giga's."""

IGNORED: Final = frozenset(
    (
        "admin1_id_giga",
        "admin2",
        "admin2_id_giga",
        "building_id_govt",
        "cellular_coverage_availability",
        "cellular_coverage_type",
        "computer_availability",
        "computer_govt_collection_year",
        "computer_lab",
        "connectivity",
        "connectivity_RT",
        "connectivity_RT_datasource",
        "connectivity_RT_ingestion_timestamp",
        "connectivity_govt_collection_year",
        "connectivity_govt_ingestion_timestamp",
        "connectivity_type",
        "connectivity_type_root",
        "created_at",
        "deleted_at",
        "device_availability",
        "disputed_region",
        "download_speed_benchmark",
        "download_speed_govt",
        "education_level_govt",
        "electricity_availability",
        "electricity_type",
        "fiber_node_distance",
        "is_school_open",
        "microwave_node_distance",
        "nearest_GSM_distance",
        "nearest_GSM_id",
        "nearest_LTE_distance",
        "nearest_LTE_id",
        "nearest_NR_distance",
        "nearest_NR_id",
        "nearest_UMTS_distance",
        "nearest_UMTS_id",
        "nearest_school_distance",
        "num_adm_personnel",
        "num_computers",
        "num_computers_desired",
        "num_latrines",
        "num_robotic_equipment",
        "num_schools_per_building",
        "num_students_boys",
        "num_students_girls",
        "num_students_other",
        "num_tablets",
        "num_teachers",
        "num_teachers_female",
        "num_teachers_male",
        "pop_within_10km",
        "pop_within_1km",
        "pop_within_2km",
        "pop_within_3km",
        "refugee_camp",
        "school_address",
        "school_data_collection_modality",
        "school_data_collection_year",
        "school_data_source",
        "school_establishment_year",
        "school_funding_type",
        "school_id_govt_type",
        "school_location_ingestion_timestamp",
        "schools_within_10km",
        "schools_within_1km",
        "schools_within_2km",
        "schools_within_3km",
        "source_lat_lon",
        "sustainable_business_model",
        "teachers_trained",
        "updated_at",
        "water_availability",
    )
)
"""Giga's other columns."""

LEVELS: Final = (
    "Pre-Primary",
    "Primary",
    "Secondary",
    "Post-Secondary",
    "Pre-Primary and Primary",
    "Primary and Secondary",
    "Pre-Primary, Primary and Secondary",
    "Primary, Secondary and Post-Secondary",
)
LINKS: Final = (
    "fiber",
    "xdsl",
    "wired",
    "cellular",
    "p2mp wireless",
    "p2p wireless",
    "satellite",
    "copper",
    "coaxial",
    "other",
    "unknown",
)
AREAS: Final = ("urban", "rural")
