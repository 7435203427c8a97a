"""Benchmarks: instances of others and our own, measured and printed with what they ran on."""
