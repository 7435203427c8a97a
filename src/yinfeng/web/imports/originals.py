"""The files people bring, kept as they came: ``originals/<sha256>/<name>`` in the site's folder."""

import hashlib
import os
from pathlib import Path, PurePath
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from yinfeng.core.errors import InputError
from yinfeng.core.text import Text
from yinfeng.tables.bounds import file_fault

_LONGEST_STEM: Final = 60  # signs: three bytes each in Chinese, and a name may have 255 bytes


def keep(upload: UploadedFile) -> tuple[str, str]:
    """Keep a file; give its SHA-256 and the name it is kept under.

    Raises InputError for one larger than ``settings.MAX_UPLOAD_BYTES``.
    """
    name = _short(upload.name or "file")
    _refuse_too_large(name, upload.size or 0)
    digest = hashlib.sha256()
    part = _folder() / f".{os.getpid()}.{id(upload)}.part"
    try:
        with part.open("wb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest(), name)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest(), name


def path_of(sha256: str, name: str) -> Path:
    """Give where a file is kept."""
    return _folder() / sha256 / name


def _folder() -> Path:
    folder = Path(settings.SITE) / "originals"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _short(name: str) -> str:
    path = PurePath(PurePath(name).name)
    return path.stem[:_LONGEST_STEM] + path.suffix[:10]


def _refuse_too_large(name: str, size_bytes: int) -> None:
    most = settings.MAX_UPLOAD_BYTES
    if size_bytes > most:
        expected = Text(f"不超过 {most // 2**20} MB", f"at most {most // 2**20} MB")
        fix = Text("删去图片等无关内容，或分成几个文件", "remove pictures and the like, or split the file")
        found = f"{size_bytes / 2**20:,.1f} MB"
        raise InputError([file_fault(Path(name), "too-large", found, expected, fix)])
