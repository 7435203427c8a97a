"""Zones, their quotas, and who may do what in them."""
