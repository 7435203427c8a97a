"""What all tests of the web share."""

from django.core.signals import request_finished
from django.db import close_old_connections

# Closing a streamed answer ends a request, and that would close the connection the test's transaction is in.
request_finished.disconnect(close_old_connections)
