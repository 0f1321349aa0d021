"""Quantities that no proof settles: how one is declared, measured, kept as data, and when what is kept still counts."""

from numerics.measuring.figures import Figure
from numerics.measuring.intervals import bootstrap_ratio_of_medians, median_interval, proportion_interval
from numerics.measuring.observation import (
    MeasurementError,
    Observation,
    Observations,
    Protocol,
    empirical,
    full_observations,
    measured,
    observations_by_row,
)
from numerics.measuring.results import Finding, finding_of, measure, stored

__all__ = [
    "Figure",
    "Finding",
    "MeasurementError",
    "Observation",
    "Observations",
    "Protocol",
    "bootstrap_ratio_of_medians",
    "empirical",
    "finding_of",
    "full_observations",
    "measure",
    "measured",
    "median_interval",
    "observations_by_row",
    "proportion_interval",
    "stored",
]
