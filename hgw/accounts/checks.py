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


@register(Tags.security, deploy=True)
def providers_lead_back_over_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where somebody who signs in elsewhere is led back here without HTTPS."""
    if settings.HTTPS or not settings.SINGLE_SIGN_ON:
        return []
    said = "HGW_OIDC or HGW_SMARTSCHOOL is set without HGW_HTTPS=1: what a provider answers can be read on its way."
    return [Error(said, id="hgw.single_sign_on")]
