"""Firms: those of the zones and those that may come."""
