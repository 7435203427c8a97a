"""Who could take a place, and the visits to them: planned, made, and what came of each."""
