"""The WSGI application in a process of the web server, which ends when the server does."""

from yinfeng.web.operations.lifeline import end_with_parent
from yinfeng.web.wsgi import application

__all__ = ["application"]

end_with_parent()
