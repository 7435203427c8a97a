"""The sheet that names every fault of what was read, so that nothing left out goes unseen."""

from collections.abc import Callable, Iterable
from typing import Final

from yinfeng.core.errors import Fault
from yinfeng.core.text import Lang, Text
from yinfeng.tables.write import Sheet

_HEADERS: Final = (
    Text("程度", "Severity"),
    Text("文件", "File"),
    Text("工作表", "Sheet"),
    Text("单元格", "Cell"),
    Text("列", "Column"),
    Text("填的是", "Found"),
    Text("应为", "Expected"),
    Text("改法", "Fix"),
)


def severity_of(fault: Fault) -> Text:
    """Say what a fault means for its row: refused, or read all the same."""
    return Text("提示", "warning") if fault.severity == "warning" else Text("未读入", "refused")


def faults_sheet(
    faults: Iterable[Fault], lang: Lang, *, severity: Callable[[Fault], Text] = severity_of
) -> Sheet:
    """Lay out faults as a sheet, in the order given. severity: says what each means for its row."""
    rows = [
        [
            severity(fault).of(lang),
            fault.file,
            fault.sheet,
            fault.cell,
            fault.label.of(lang),
            fault.found,
            fault.expected.of(lang),
            fault.fix.of(lang),
        ]
        for fault in faults
    ]
    return Sheet(Text("未读入", "Refused").of(lang), [header.of(lang) for header in _HEADERS], rows)
