"""What all ledgers share: reading rows, writing them with history, finding, exporting, merging."""
