"""Plans on a Spark cluster: the one place that knows PySpark (an optional extra)."""
