"""How gunicorn serves the school: `gunicorn --config python:hgw.web_server --bind …`. Each plain name here is a setting of it."""

from typing import Any

from hgw import children, warming

wsgi_app = "hgw.wsgi"
preload_app = True
workers = 2
loglevel = "warning"
logger_class = "hgw.gunicorn_logger.GunicornLogger"


def when_ready(_server: Any) -> None:
    """Before the workers are forked: what each of them would load for its first page is loaded once, for all of them."""
    warming.load()


def post_fork(server: Any, _worker: Any) -> None:
    """A worker whose master was killed would hold the port until somebody asks it for a page."""
    children.end_with(server.pid)


def post_worker_init(_worker: Any) -> None:
    """Before a worker takes its first request."""
    warming.connect()
