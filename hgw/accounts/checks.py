"""What `check --deploy` asks of sign-in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def second_factor_is_asked(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the second step is put off and the people are not those of the demonstration."""
    if settings.SECOND_FACTOR or settings.DEMO_MODE:
        return []
    said = "HGW_SECOND_FACTOR is 0: whoever finds the password of a coordinator reads every case."
    return [Error(said, id="hgw.second_factor")]
