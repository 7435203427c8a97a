"""A line to Spark: what must be installed, and how a session on this machine or on a cluster is begun."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from yinfeng.core.errors import Fault, InputError, problem_fault
from yinfeng.core.text import Text

if TYPE_CHECKING:
    from pyspark import SparkContext

LEAST_JAVA: Final = 17
_VERSION: Final = re.compile(r'version "(\d+)')
_ON_THIS_MACHINE: Final = ("local", "local-cluster")


def missing() -> list[Fault]:
    """Tell what Spark needs that is not here, each with the mend; empty where all is."""
    faults = []
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:  # a folder left over is no package
        faults.append(
            problem_fault(
                "no-pyspark",
                "",
                Text("已安装 PySpark 4", "PySpark 4, which is not installed"),
                Text('安装：pip install "yinfeng[spark]"', 'install it: pip install "yinfeng[spark]"'),
            )
        )
    java = java_version()
    if java < LEAST_JAVA:
        faults.append(
            problem_fault(
                "no-java",
                str(java) if java else "",
                Text(f"Java {LEAST_JAVA} 或更新", f"Java {LEAST_JAVA} or later"),
                Text(
                    "Debian/Ubuntu：apt-get install openjdk-17-jre-headless；装在别处时设置 JAVA_HOME",
                    "Debian/Ubuntu: apt-get install openjdk-17-jre-headless; if it is elsewhere: JAVA_HOME",
                ),
            )
        )
    return faults


def java_version() -> int:
    """Give the version of the Java that Spark would run on; 0 where there is none."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        return 0
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = _VERSION.search(said)
    return int(found[1]) if found else 0


@contextmanager
def context(master: str | None, *, settings: dict[str, str] | None = None) -> Iterator["SparkContext"]:
    """Give a context, and end it afterwards if it was begun here.

    master: a cluster's address or ``local[N]``; without one what spark-submit says, else ``local[*]``.
    settings: further ones of Spark. Raises InputError where Spark or Java is missing.
    """
    faults = missing()
    if faults:
        raise InputError(faults)
    from pyspark import SparkConf, SparkContext

    running = SparkContext._active_spark_context
    if running is not None:
        yield running
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_HOSTNAME", "localhost")
    conf = SparkConf().setAppName("yinfeng")
    chosen = master or conf.get("spark.master") or "local[*]"
    conf.setMaster(chosen)
    for key, value in _settings(chosen).items():
        conf.setIfMissing(key, value)
    for key, value in (settings or {}).items():
        conf.set(key, value)
    sc = SparkContext(conf=conf)
    sc.setLogLevel("ERROR")
    try:
        yield sc
    finally:
        sc.stop()


def _settings(master: str) -> dict[str, str]:
    """Give the settings that hold unless the cluster or the command says otherwise."""
    settings = {"spark.ui.showConsoleProgress": "false"}
    if master.partition("[")[0] in _ON_THIS_MACHINE:
        # Nothing of a plan made on one machine is heard outside it.
        here = "127.0.0.1"
        settings |= {
            "spark.ui.enabled": "false",
            "spark.driver.host": here,
            "spark.driver.bindAddress": here,
        }
    return settings
