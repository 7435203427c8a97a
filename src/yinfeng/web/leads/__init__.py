"""Leads: who asked, for what, who answers, what came of it."""
