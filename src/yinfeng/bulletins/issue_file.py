"""A frozen issue as a file: readable JSON with the hash of what it says; written once, never over another."""

import hashlib
import json
import types
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from yinfeng.bulletins.issue import Issue
from yinfeng.core.errors import InputError, problem_fault
from yinfeng.core.text import Text

FORMAT: Final = "yinfeng bulletin issue, 1"
_KEPT: Final = Text("一个新的文件名", "the name of a new file")
_FREEZE_ELSEWHERE: Final = Text(
    "已定稿的不覆盖；台账有变动时用 --issue 重印更正，再用 --freeze 另存",
    "a frozen issue is not written over; print it again with --issue, and freeze that under another name",
)
_AN_ISSUE: Final = Text("引凤定稿的一期简报（.json）", "a frozen issue that Yinfeng wrote (.json)")
_AS_FROZEN: Final = Text(
    "定稿时的内容：文件与其校验值不符，已被改动", "what was frozen: the file does not fit its own hash"
)
_TAKE_THE_COPY: Final = Text(
    "用原来的文件；更正请改台账", "use the file as it was; correct the ledgers instead"
)


def freeze(path: Path, issue: Issue) -> None:
    """Write an issue to a new file; raises InputError where one of that name is there."""
    content = _plain(issue)
    frozen = {"format": FORMAT, "sha256": _hash(content), "issue": content}
    text = json.dumps(frozen, ensure_ascii=False, indent=1)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except FileExistsError as error:
        raise InputError([problem_fault("issue-frozen", str(path), _KEPT, _FREEZE_ELSEWHERE)]) from error


def refuse_frozen(path: Path) -> None:
    """Refuse to write where a frozen issue stands; asked before any other file is written."""
    if path.exists():
        raise InputError([problem_fault("issue-frozen", str(path), _KEPT, _FREEZE_ELSEWHERE)])


def read_issue(path: Path) -> Issue:
    """Read a frozen issue; raises InputError where it is none, or was changed since."""
    try:
        frozen = json.loads(path.read_text(encoding="utf-8"))
        content, told = frozen["issue"], frozen["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(path, "not-an-issue", _AN_ISSUE, Text("核对文件", "check the file")) from error
    if _hash(content) != told:
        raise _refused(path, "issue-altered", _AS_FROZEN, _TAKE_THE_COPY)
    try:
        issue: Issue = _made(Issue, content)
    except (KeyError, TypeError, ValueError) as error:
        newer = Text("用写它的版本打开", "open it with the version that wrote it")
        raise _refused(path, "not-an-issue", _AN_ISSUE, newer) from error
    return issue


def _refused(path: Path, code: str, expected: Text, fix: Text) -> InputError:
    return InputError([problem_fault(code, str(path), expected, fix)])


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Fraction | date) else value


def _made(kind: Any, content: Any) -> Any:
    """Make a value of a type from what JSON holds; the types are those of `Issue` and what it is made of."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return (
            None
            if content is None
            else _made(next(a for a in get_args(kind) if a is not type(None)), content)
        )
    if origin is tuple:
        parts = get_args(kind)
        if parts[-1] is Ellipsis:
            return tuple(_made(parts[0], one) for one in content)
        return tuple(_made(part, one) for part, one in zip(parts, content, strict=True))
    if origin is Literal:
        return content
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{one.name: _made(hints[one.name], content[one.name]) for one in fields(kind)})  # type: ignore[operator]
    if kind is Fraction:
        return Fraction(content)
    if kind is date:
        return date.fromisoformat(content)
    if not isinstance(content, kind):
        raise TypeError(content)
    return content
