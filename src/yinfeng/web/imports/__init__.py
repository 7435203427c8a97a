"""Import: a file compared with a ledger, shown cell by cell, written as shown, and taken back as a whole."""
