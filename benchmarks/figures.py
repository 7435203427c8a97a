"""All figures by id, imported only where they are needed."""

from importlib import import_module

from benchmarks.figure import Figure

MODULES = {
    "start": "start_up",
    "B1": "bound",
    "B2": "plan_gap",
    "B3": "scale",
    "B4": "gap",
    "B5": "join",
    "B6": "what_if",
    "B7": "prices",
    "B9": "ask_one",
    "oracle": "matching",
}
"""Module of each figure; B8 is the flow of by-products, measured where that is built."""


def load(name: str) -> Figure:
    """Give the figure of an id."""
    figure: Figure = import_module(f"benchmarks.{MODULES[name]}").FIGURE
    return figure
