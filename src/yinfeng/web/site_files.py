"""The folder of a site: its database, the files people put in, its keys. Made when it is first needed."""

import os
import secrets
import time
from pathlib import Path
from typing import Final

import polib

LAST_BACKUP: Final = "last-backup"
"""File of the site that says when and where it was last backed up."""
LAST_NIGHT: Final = "last-night"
"""File of the site that says for which night the nightly work was last begun."""
WORKER_SEEN: Final = "worker-seen"
"""File of the site that its worker touches as long as it lives."""
BEAT_S: Final = 5.0
"""How often it does so."""
_SILENT_S: Final = 6 * BEAT_S
_TRANSLATIONS: Final = Path(__file__).parent / "locale"


def site_folder() -> Path:
    """Give the folder of this site (``YINFENG_SITE``, else ``yinfeng-site`` here), making it if need be."""
    folder = Path(os.environ.get("YINFENG_SITE", "yinfeng-site")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def worker_lives(site: Path) -> bool:
    """Tell whether the worker was seen a moment ago."""
    seen_s = _age_s(site / WORKER_SEEN)
    return seen_s is not None and seen_s < _SILENT_S


def days_since_backup(site: Path) -> float | None:
    """Give how old the last backup is; None where there is none."""
    age_s = _age_s(site / LAST_BACKUP)
    return None if age_s is None else age_s / 86_400


def _age_s(file: Path) -> float | None:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return None


def secret_key(site: Path) -> str:
    """Give the key that signs sessions; made once, readable by its owner alone."""
    file = site / "secret-key"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        key = secrets.token_urlsafe(50)
        out.write(key)
    return key


def compiled_translations(site: Path) -> Path:
    """Compile the translations of what the libraries leave in English, where they are missing or older."""
    target = site / "locale"
    for source in sorted(_TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        compiled = target / source.relative_to(_TRANSLATIONS).with_suffix(".mo")
        if not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime:
            compiled.parent.mkdir(parents=True, exist_ok=True)
            part = compiled.with_suffix(f".{os.getpid()}.part")
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(part))
            part.replace(compiled)
    return target
