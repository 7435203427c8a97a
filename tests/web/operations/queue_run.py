"""Ask for a run over all zones of a site: run as a program, in the site's environment."""

from datetime import date

import django

django.setup()

from yinfeng.web.accounts.models import User  # noqa: E402
from yinfeng.web.runs.actions import start_run  # noqa: E402
from yinfeng.web.zones.models import Zone  # noqa: E402

zones = Zone.objects.values_list("zone_id", flat=True)
boss = User.objects.get(username="committee")
start_run(zones=zones, rulebook="shanxi", as_of=date(2024, 2, 29), by=boss, time_limit_s=10)
