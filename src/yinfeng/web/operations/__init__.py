"""Running a site: its processes, its health, its backups, its demonstration."""
