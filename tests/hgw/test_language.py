"""Dutch is what everybody gets; English is one click away and stays chosen."""

from tests.factories import Cast


def test_pages_are_dutch_until_somebody_chooses(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.teacher)
    page = browser.get("/bronnen/", headers={"Accept-Language": "en-GB,en"})
    assert b'<html lang="nl"' in page.content
    assert b"Zeven uitgangspunten" in page.content


def test_the_choice_is_kept(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.teacher)
    answer = browser.post("/taal/setlang/", {"language": "en", "next": "/bronnen/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/bronnen/")
    page = browser.get("/bronnen/")
    assert b'<html lang="en"' in page.content
    assert b"Seven principles" in page.content


def test_signing_in_speaks_dutch(db: None, sign_in) -> None:
    page = sign_in().get("/aanmelden/login/")
    assert b"Aanmelden" in page.content
