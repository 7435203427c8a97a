"""Files: the only reader and writer of Excel, CSV, Parquet and TOML."""
