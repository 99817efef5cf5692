"""Stands in for the package of Synapse where that is not installed: the names that account data modules import."""
