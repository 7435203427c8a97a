"""What the tests of the cluster share: small Parquet ledgers, and Spark where it can run."""

import os
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from yinfeng.core.matching.policy import Policy
from yinfeng.spark.session import missing
from yinfeng.tables.planning import Plan, make_plan
from yinfeng.tables.policy import read_policy
from yinfeng.tables.read import Ledger, read_ledger
from yinfeng.tables.synthetic import AS_OF, LEDGERS, write

PROJECTS, PLACES, SEED = 200, 900, 25  # more candidates than the linear relaxation takes at once


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledgers")
    write(folder, projects=PROJECTS, places=PLACES, seed=SEED, file_format="parquet")
    return folder


@pytest.fixture(scope="session")
def ledgers(folder: Path) -> Mapping[str, Ledger]:
    return {name: read_ledger(folder / f"{name}.parquet", name) for name in LEDGERS}


@pytest.fixture(scope="session")
def policy() -> Policy:
    return read_policy("shanxi", AS_OF)


@pytest.fixture(scope="session")
def local(ledgers: Mapping[str, Ledger], policy: Policy) -> Plan:
    return make_plan(ledgers, policy, method="fast", time_limit_s=30)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Give two executors, each a process of its own, so that one can be lost."""
    refuse_without_spark()
    import pyspark

    from yinfeng.spark.session import context

    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["SPARK_SCALA_VERSION"] = "2.13"
    with quiet_sockets(), context("local-cluster[2,1,1024]") as sc:
        yield sc
    del os.environ["SPARK_HOME"], os.environ["SPARK_SCALA_VERSION"]


def refuse_without_spark() -> None:
    for fault in missing():
        pytest.fail(f"{fault.expected.en}: {fault.fix.en}")


class quiet_sockets(warnings.catch_warnings):  # noqa: N801
    """Leave alone the sockets that PySpark leaves to the garbage collector; all else stays an error."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.filterwarnings("ignore", "unclosed", ResourceWarning)
