"""The names people give to the items of a template."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from yinfeng.core.approvals.template import Item, Variant
from yinfeng.tables.spelling import fold

_NOT_READ: Final = re.compile(r"[\s_\-—*:：、，,。.;；/（）()〔〕\[\]【】《》<>“”\"'‘’·]+")
_NUMBER: Final = re.compile(r"^[0-9一二三四五六七八九十]+[、.．)）]")
_FOR_A_ZONE: Final = ("区域", "规划环评", "规划环境")
"""How names begin of evaluations that are made for a whole zone and are no item of a project."""


@dataclass(frozen=True)
class ItemNames:
    """Every known name of the items of a template, and what is known of them."""

    items: tuple[Item, ...]

    @cached_property
    def known(self) -> Mapping[str, str]:
        """Name as it is compared → key of the item; of two items with one name the first."""
        names: dict[str, str] = {}
        for item in self.items:
            for name in (item.key, item.title.zh, item.title.en, *item.aliases):
                names.setdefault(compared(name), item.key)
        return names

    def find(self, name: str) -> str | None:
        """Give the key of the item a name means: a known name, else the longest known name in it.

        None where no name is in it, or where two items have equally long names in it.
        """
        if name not in self._found:
            self._found[name] = self._look_for(name)
        return self._found[name]

    @cached_property
    def _found(self) -> dict[str, str | None]:
        """What names were found to mean: a ledger has the same few thousands of times."""
        return {}

    def _look_for(self, name: str) -> str | None:
        asked = compared(name)
        if asked in self.known:
            return self.known[asked]
        if asked.startswith(_FOR_A_ZONE):
            return None
        inside = [known for known in self.known if known in asked and _is_telling(known)]
        if not inside:
            return None
        longest = max(map(len, inside))
        keys = {self.known[known] for known in inside if len(known) == longest}
        return keys.pop() if len(keys) == 1 else None

    def form(self, name: str) -> str | None:
        """Give the form of its item that a name says, such as 报告表; None where it says none."""
        forms = self._forms.get(self.find(name) or "", ())
        said = [variant.code for variant in forms if _form_word(variant.title.zh) in name]
        return said[0] if len(said) == 1 else None

    @cached_property
    def _forms(self) -> Mapping[str, tuple[Variant, ...]]:
        return {item.key: item.variants for item in self.items}


def _form_word(title: str) -> str:
    return title.partition("（")[0]


def compared(name: str) -> str:
    """Give a name as it is compared: one spelling a sign, no number before it, no blanks and marks."""
    return _NOT_READ.sub("", _NUMBER.sub("", fold(name))).lower()


def _is_telling(known: str) -> bool:
    """Tell whether a name is long enough to be looked for inside another."""
    return len(known) >= (2 if not known.isascii() else 5)


def names_of(items: Iterable[Item]) -> ItemNames:
    """Collect the names of items."""
    return ItemNames(tuple(items))
