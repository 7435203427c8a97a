"""Projects that look for a place, and the decisions that pin or bar one."""
