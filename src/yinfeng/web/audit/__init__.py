"""What was done: append-only, each entry chained to the one before, the history of every record."""
