"""Making a site's database ready: ``python -m yinfeng.web.operations.prepare``, before anything is served.

A database that holds something is backed up before its form is changed.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

import yinfeng
from yinfeng.core.text import Lang, Text


def prepare(site: Path, *, lang: Lang) -> None:
    """Bring the database to the form this version needs."""
    from django.core.management import call_command

    from yinfeng.web.operations.backup import back_up
    from yinfeng.web.operations.database import applied_migrations, missing_migrations

    if not missing_migrations():
        return
    if applied_migrations():
        name = f"before-{yinfeng.__version__}-{datetime.now():%Y%m%d-%H%M%S}.zip"
        done = back_up(site, site / "backups" / name)
        print(Text(f"升级前已备份到 {done.file}", f"Backed up to {done.file} before the upgrade").of(lang))
    call_command("migrate", verbosity=0, interactive=False)


def main() -> None:
    """Set Django up and prepare the site of the environment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yinfeng.web.settings")
    django.setup()
    from django.conf import settings
    from django.db import DatabaseError

    lang: Lang = "en" if os.environ.get("YINFENG_LANG") == "en" else "zh"
    try:
        prepare(settings.SITE, lang=lang)
    except DatabaseError as error:
        message = Text(
            f"数据库不可用：{error}请检查 DATABASE_URL、磁盘空间和文件夹的权限。",
            f"The database cannot be used: {error}Look at DATABASE_URL, the disk and the folder's rights.",
        )
        print(message.of(lang), file=sys.stderr)
        sys.exit(10)


if __name__ == "__main__":
    main()
