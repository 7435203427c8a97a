"""Names of firms, so that two ways to write one are seen to be the same."""

import re
from typing import Final

from yinfeng.tables.spelling import fold

_LONGEST: Final = 200
_MARKS: Final = re.compile(r"[\s()\[\]{}<>《》【】〔〕“”\"'‘’·•.,、,;:\-—_/&]+")
_LEGAL_FORM: Final = re.compile(
    "(?:有限责任公司|股份有限公司|股份公司|有限公司|集团公司|总公司|(?<![分子])公司|集团"
    "|company|coltd|ltd|limited|inc|corporation|corp|group|llc|co)$"
)


def name_key(name: str) -> str:
    """Give what two spellings of one firm's name share: no width, case, blanks, marks and legal form.

    山西甲（集团）有限责任公司 and 山西甲集团 are alike, a branch (…分公司) and its firm are not. Being
    alike is a reason to look, not a proof.
    """
    bare = _MARKS.sub("", fold(name).lower())
    shorter = _LEGAL_FORM.sub("", bare)
    while shorter and shorter != bare:
        bare, shorter = shorter, _LEGAL_FORM.sub("", shorter)
    return bare[:_LONGEST]
