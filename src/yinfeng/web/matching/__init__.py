"""Deciding on a plan: rows accepted, places reserved, deals brokered."""
