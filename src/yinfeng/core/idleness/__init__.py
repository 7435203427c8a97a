"""Idle land and low-efficiency buildings: two regimes that are never mixed, and the story of an asset."""
