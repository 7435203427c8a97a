"""Long work: queued by a page, done by the worker, told of while it is done, cancelled on request."""
