"""The WSGI application in a process of the web server, which ends when the server does."""

from importlib import import_module

from yinfeng.web.operations.lifeline import end_with_parent
from yinfeng.web.wsgi import application

__all__ = ["application"]

end_with_parent()
# Imported only now that Django is set up; begun now so that the first visitor does not wait for it.
import_module("yinfeng.web.portal.market").prepare_soon()
