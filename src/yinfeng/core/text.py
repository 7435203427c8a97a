"""A sentence in the two languages of the product."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence said in Chinese and in English; ``{name}`` marks are filled by `format`."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """Give the sentence in one language."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Fill the marks; a value that is itself a `Text` is put in each language."""
        zh, en = values, values
        for name, value in values.items():
            if isinstance(value, Text):
                zh, en = {**zh, name: value.zh}, {**en, name: value.en}
        return Text(self.zh.format_map(zh), self.en.format_map(en))
