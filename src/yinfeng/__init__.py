"""Yinfeng (引凤): the operating system of an industrial development zone."""

__version__ = "0.1.0"
