"""A bulletin as pages: what the template of the typesetter is given."""

from dataclasses import asdict
from datetime import date

from yinfeng.bulletins.paper import Paper
from yinfeng.bulletins.typeset import typeset


def bulletin_pdf(paper: Paper, *, made_on: date) -> bytes:
    """Set a paper on A4 with its fonts embedded; the same paper gives the same bytes."""
    return typeset("bulletin.typ", asdict(paper), made_on=made_on)
