"""The web: a desk for the staff and a portal for investors. The only place that knows Django."""
