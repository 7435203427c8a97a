"""Projects and places: which project should go where so that the whole zone gains most."""
