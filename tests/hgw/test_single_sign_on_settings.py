"""Where people may sign in elsewhere, as an installation says it: a wrong setting stops the start and is named."""

from typing import Any

import pytest

from hgw.accounts.checks import providers_lead_back_over_https
from hgw.accounts.providers import Provider, from_environment

OIDC = {"HGW_OIDC": "koepel", "HGW_OIDC_KOEPEL_ISSUER": "https://id.koepel.example", "HGW_OIDC_KOEPEL_CLIENT": "c",
        "HGW_OIDC_KOEPEL_SECRET": "s"}  # fmt: skip
SMARTSCHOOL = {
    "HGW_SMARTSCHOOL": "wilg", "HGW_SMARTSCHOOL_WILG_PLATFORM": "dewilg.smartschool.be",
    "HGW_SMARTSCHOOL_WILG_CLIENT": "c", "HGW_SMARTSCHOOL_WILG_SECRET": "s",
}  # fmt: skip
MICROSOFT = OIDC | {"HGW_OIDC_KOEPEL_ISSUER": "https://login.microsoftonline.com/1111-2222/v2.0"}


def read(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> dict[str, Provider]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return from_environment()


def test_without_a_setting_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, {}) == {}


def test_each_kind_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = MICROSOFT | SMARTSCHOOL | {
        "HGW_OIDC": "koepel,google", "HGW_OIDC_GOOGLE_ISSUER": "https://accounts.google.com",
        "HGW_OIDC_GOOGLE_CLIENT": "c", "HGW_OIDC_GOOGLE_SECRET": "s", "HGW_OIDC_GOOGLE_DOMAINS": "School.example",
        "HGW_OIDC_KOEPEL_SECOND_FACTOR": "mfa", "HGW_OIDC_KOEPEL_SCHOOLS": "012345, 012346",
        "HGW_SMARTSCHOOL_WILG_LABEL": "Smartschool van De Wilg",
    }  # fmt: skip
    microsoft, google, wilg = read(monkeypatch, given).values()
    assert (microsoft.label, microsoft.tenant, microsoft.second_factor) == ("Microsoft", "1111-2222", "mfa")
    assert microsoft.schools == {"012345", "012346"}
    assert (google.label, google.domains, google.tenant) == ("Google", {"school.example"}, "")
    assert (wilg.label, wilg.realm) == ("Smartschool van De Wilg", "smartschool:dewilg.smartschool.be")
    assert wilg.server == "https://oauth.smartschool.be"
    assert len({microsoft.realm, google.realm, wilg.realm}) == 3


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (OIDC | {"HGW_OIDC": "De Koepel"}, "HGW_OIDC"),
        (OIDC | {"HGW_OIDC": "koepel,koepel"}, "HGW_OIDC"),
        (OIDC | {"HGW_OIDC_KOEPEL_CLIENT": ""}, "HGW_OIDC_KOEPEL_CLIENT"),
        (OIDC | {"HGW_OIDC_KOEPEL_SECRET": ""}, "HGW_OIDC_KOEPEL_SECRET"),
        (OIDC | {"HGW_OIDC_KOEPEL_ISSUER": "http://id.koepel.example"}, "HGW_OIDC_KOEPEL_ISSUER"),
        (OIDC | {"HGW_OIDC_KOEPEL_SCHOOLS": "De Wilg"}, "HGW_OIDC_KOEPEL_SCHOOLS"),
        (OIDC | {"HGW_OIDC_KOEPEL_SECRT": "s"}, "HGW_OIDC_KOEPEL_SECRT"),
        (OIDC | {"HGW_OIDC": ""}, "HGW_OIDC_KOEPEL_CLIENT"),
        *[(MICROSOFT | {"HGW_OIDC_KOEPEL_ISSUER": f"https://login.microsoftonline.com/{many}/v2.0"},
           "HGW_OIDC_KOEPEL_ISSUER") for many in ("common", "organizations", "consumers")],
        (OIDC | {"HGW_OIDC_KOEPEL_ISSUER": "https://accounts.google.com"}, "HGW_OIDC_KOEPEL_DOMAINS"),
        (SMARTSCHOOL | {"HGW_SMARTSCHOOL_WILG_PLATFORM": ""}, "HGW_SMARTSCHOOL_WILG_PLATFORM"),
        (SMARTSCHOOL | {"HGW_SMARTSCHOOL_WILG_PLATFORM": "https://dewilg.smartschool.be"}, "HGW_SMARTSCHOOL_WILG_PLATFORM"),
        (OIDC | SMARTSCHOOL | {"HGW_SMARTSCHOOL": "koepel", "HGW_SMARTSCHOOL_WILG_PLATFORM": ""}, "HGW_SMARTSCHOOL_WILG_CLIENT"),
    ],
)  # fmt: skip
def test_what_is_wrong_stops_the_start(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], named: str) -> None:
    with pytest.raises(SystemExit, match=f"^{named}: "):
        read(monkeypatch, given)


def test_check_deploy_names_a_server_that_people_come_back_to_in_plain_text(settings: Any) -> None:
    assert providers_lead_back_over_https(None) == []
    settings.SINGLE_SIGN_ON = {"wilg": Provider("wilg", "Smartschool", "c", "s", platform="dewilg.smartschool.be")}
    assert [fault.id for fault in providers_lead_back_over_https(None)] == ["hgw.single_sign_on"]
    settings.HTTPS = True
    assert providers_lead_back_over_https(None) == []
