"""``python -m benchmarks NAME``: run one benchmark and print its table."""

import click

from benchmarks.gap import gap


@click.group()
def benchmarks() -> None:
    """Run a benchmark."""


benchmarks.add_command(gap)

if __name__ == "__main__":
    benchmarks()
