"""What a file holds: its kind by its first bytes, not by its name, and its place under the site's folder."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

MOST_BYTES: Final = 50 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 500 * 1024 * 1024
MOST_ENTRIES: Final = 10_000

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "pdf": (".pdf",),
    "jpg": (".jpg", ".jpeg"),
    "png": (".png",),
    "webp": (".webp",),
    "docx": (".docx",),
    "xlsx": (".xlsx",),
    "zip": (".zip",),
    "dwg": (".dwg",),
}
"""Kinds taken, with how the names of such files end."""

_CHUNK_BYTES: Final = 1024 * 1024
_HEAD_BYTES: Final = 16
_STARTS: Final = (
    ("pdf", b"%PDF-"),
    ("jpg", b"\xff\xd8\xff"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("dwg", b"AC10"),
)
_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE_PARTS: Final = (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml"))
_MACROS: Final = "vbaproject.bin"


def checked_kind(file: BinaryIO, name: str, size_bytes: int) -> str:
    """Give the kind of a file that may be kept. Raises InputError with all that stands against it."""
    if size_bytes > MOST_BYTES:
        raise InputError([_too_large(name, size_bytes)])
    if size_bytes == 0:
        raise InputError([_empty(name)])
    kind = _kind(file)
    if kind is None or not name.lower().endswith(ENDINGS[kind]):
        raise InputError([_unlike(name, kind)])
    if kind in {"docx", "xlsx", "zip"}:
        _check_zip(file, name)
    return kind


def keep(file: BinaryIO) -> str:
    """Write a file's content to its place by its hash, and give the hash; the same content is kept once."""
    digest = hashlib.sha256()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    file.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
            part.write(chunk)
        part.flush()
        os.fsync(part.fileno())
    sha256 = digest.hexdigest()
    target = path_of(sha256)
    target.parent.mkdir(exist_ok=True)
    os.replace(part.name, target)
    return sha256


def path_of(sha256: str) -> Path:
    """Give where the content of a hash lies."""
    return _folder() / sha256[:2] / sha256


def _folder() -> Path:
    return Path(settings.SITE) / "files"


def _kind(file: BinaryIO) -> str | None:
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    for kind, start in _STARTS:
        if head.startswith(start):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return _kind_of_zip(file) if head.startswith(_ZIP_STARTS) else None


def _kind_of_zip(file: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names:
        return "zip"
    return next((kind for kind, part in _OFFICE_PARTS if part in names), "zip")


def _check_zip(file: BinaryIO, name: str) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
    faults = []
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES:
        faults.append(_unpacks_too_large(name, len(entries), unpacked))
    if _has_macros(entry.filename for entry in entries):
        faults.append(_with_macros(name))
    if faults:
        raise InputError(faults)


def _has_macros(names: Iterable[str]) -> bool:
    return any(name.lower().endswith(_MACROS) for name in names)


def _too_large(name: str, size_bytes: int) -> Fault:
    most = MOST_BYTES // 2**20
    expected = Text(
        f"不超过 {most} MB 的文件（现有 {size_bytes / 2**20:,.1f} MB）",
        f"a file of at most {most} MB (it has {size_bytes / 2**20:,.1f} MB)",
    )
    return problem_fault("file-too-large", name, expected, Text("压缩或分成几份", "compress it or split it"))


def _empty(name: str) -> Fault:
    fix = Text("重新选择文件", "choose the file again")
    return problem_fault("file-empty", name, Text("有内容的文件", "a file with content"), fix)


def _unlike(name: str, kind: str | None) -> Fault:
    kinds = "、".join(ENDINGS)
    expected = Text(
        f"下列之一，且内容与名称一致：{kinds}",
        f"one of {', '.join(ENDINGS)}, its content as its name says",
    )
    fix = Text("另存为其中一种再上传", "save it as one of them and upload that")
    if kind is not None:
        fix = Text(
            f"内容是 {kind}：把名称的结尾改成 {ENDINGS[kind][0]}",
            f"it is {kind}: end its name in {ENDINGS[kind][0]}",
        )
    return problem_fault("file-kind", name, expected, fix)


def _unpacks_too_large(name: str, entries: int, unpacked_bytes: int) -> Fault:
    most = MOST_UNPACKED_BYTES // 2**20
    expected = Text(
        f"解开后不超过 {most} MB、{MOST_ENTRIES:,} 个文件"
        f"（现有 {unpacked_bytes / 2**20:,.0f} MB、{entries:,} 个）",
        f"at most {most} MB and {MOST_ENTRIES:,} files when unpacked "
        f"(it has {unpacked_bytes / 2**20:,.0f} MB, {entries:,} files)",
    )
    return problem_fault("file-unpacks-too-large", name, expected, Text("分成几份", "split it"))


def _with_macros(name: str) -> Fault:
    expected = Text("不带宏的文件", "a file without macros")
    return problem_fault(
        "file-has-macros", name, expected, Text("另存为不带宏的格式", "save it without macros")
    )
