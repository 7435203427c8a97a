"""Settings of a site whose work on runs is the tests' own."""

from yinfeng.web.settings import *  # noqa: F403

JOB_KINDS = {"runs": "tests.web.operations.slow_work.run"}
