"""Health: for whoever watches the site."""

import os
import time

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings, tmp_path):
    settings.SITE = tmp_path


def test_it_lives(client):
    assert client.get("/health/live").json() == {"status": "ok"}


def test_it_is_ready_with_a_worker_seen_a_moment_ago(client, tmp_path):
    (tmp_path / "worker-seen").touch()
    answer = client.get("/health/ready")
    checks = {"database": True, "migrations": True, "worker": True}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": checks})


@pytest.mark.parametrize("is_there", [False, True])
def test_it_is_not_ready_without_a_worker(client, tmp_path, is_there):
    seen = tmp_path / "worker-seen"
    if is_there:
        seen.touch()
        os.utime(seen, (time.time() - 60,) * 2)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, False)
