"""Files put beside records: their content by its hash, their names as they came."""
