"""Dated and sourced policy data (TOML); no code."""
