"""Queue a job in a site: run as a program, in the site's environment."""

import django

django.setup()

from yinfeng.web.accounts.models import User  # noqa: E402
from yinfeng.web.jobs.actions import enqueue  # noqa: E402

enqueue("runs", "7", by=User.objects.get(username="committee"))
