"""Projects on the way: stages with evidence, and the figures counted from the rows of a dispatch table."""
