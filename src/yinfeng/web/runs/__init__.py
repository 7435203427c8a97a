"""Placement runs: frozen inputs, a child process that solves, an answer with every reason."""
