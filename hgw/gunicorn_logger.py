"""How the web server itself logs: in our form, without the address it was asked for."""

import logging
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from hgw import environment
from hgw.logs import JsonFormatter, TextFormatter


class GunicornLogger(Logger):
    """Its methods are gunicorn's, but that a line names the place that spoke and not the logger in between."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        formatter: logging.Formatter = JsonFormatter() if environment.log_form() == "json" else TextFormatter()
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter)

    def critical(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.error_log.critical(msg, *args, stacklevel=2, **kwargs)

    def error(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.error_log.error(msg, *args, stacklevel=2, **kwargs)

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.error_log.warning(msg, *args, stacklevel=2, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.error_log.exception(msg, *args, stacklevel=2, **kwargs)
