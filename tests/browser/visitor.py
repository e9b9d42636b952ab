"""Somebody who uses the network without a window: reads its pages and sends their forms, as a browser without scripts does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import APIResponse, FormData, Playwright

from tests.browser.driver import DEMO_PASSWORD

Fields = list[tuple[str, str | Path]]
# `visitor_of("member@example.org")`: somebody who is signed in, see conftest.py.
VisitorOf = Callable[[str], "Visitor"]


class Visitor:
    """One page at a time, with cookies kept. What a test puts there before it looks costs no window and no styles this way.

    Whatever goes wrong raises: an address that answers with an error, a form or a field that is not there, and a form that comes
    back with mistakes.
    """

    def __init__(self, playwright: Playwright, address: str) -> None:
        headers = {"Accept": "text/html", "Accept-Language": "en-GB"}
        self._http = playwright.request.new_context(base_url=address, extra_http_headers=headers)
        self.url, self._page = address, BeautifulSoup("", "html.parser")

    def open(self, address: str) -> None:
        self._read(self._http.get(urljoin(self.url, address)))

    def links(self, selector: str) -> list[str]:
        """Where the links that fit lead, at least one of them. `a:-soup-contains("Musa")` are those with that word."""
        return [str(link["href"]) for link in self._found(selector)]

    @property
    def heading(self) -> str:
        return self._found("h1")[0].get_text(strip=True)

    def press(self, button: str, /, *, file: Path | None = None, **values: str) -> None:
        """Press the first button that fits, with these values in the fields of its form, and read what comes."""
        pressed = self._found(button)[0]
        form = self._form_of(pressed)
        assert form is not None, f"{self.url}: {button} belongs to no form."
        fields = self._fields(form, values, file)
        if missing := values.items() - fields:
            raise AssertionError(f"{self.url}: the form of {button} cannot take {dict(missing)}.")
        assert file is None or file in dict(fields).values(), f"{self.url}: the form of {button} takes no file."
        if pressed.get("name"):
            fields.append((str(pressed["name"]), str(pressed.get("value", ""))))
        address = urljoin(self.url, str(pressed.get("formaction") or form.get("action") or self.url))
        if str(form.get("method", "get")).lower() == "get":
            self._read(self._http.get(f"{address}?{urlencode(fields)}"))
            return
        sent = FormData()
        for name, value in fields:
            sent.append(name, value)
        came_from = {"Referer": self.url}
        if form.get("enctype") == "multipart/form-data":
            self._read(self._http.post(address, multipart=sent, headers=came_from))
        else:
            self._read(self._http.post(address, form=sent, headers=came_from))

    def sign_in(self, email: str) -> None:
        self.open("/accounts/login/")
        self.press("main form[action='/accounts/login/'] button", login=email, password=DEMO_PASSWORD)
        assert "/accounts/login" not in self.url, f"{email} did not get in: {self.url}"

    def speak(self, language: str) -> None:
        """Choose the language in the menu of the page that is open."""
        self.press(f"header form[action='/language/'] button[value={language}]")

    def finds(self, words: str, uuid: str) -> bool:
        """Whether the search finds that person by these words."""
        self.open(f"/people/?{urlencode({'q': words})}")
        return bool(self._page.select(f"a[href*='/people/{uuid}/']"))

    def cookies(self) -> list[Any]:
        """What a window needs to go on as the same person. The language is the window's own choice."""
        return [dict(cookie) for cookie in self._http.storage_state()["cookies"] if cookie["name"] != "language"]

    def _read(self, answer: APIResponse) -> None:
        self.url, self._page = answer.url, BeautifulSoup(answer.text(), "html.parser")
        if mistakes := self._page.select_one(".ds-error-summary"):
            raise AssertionError(f"{self.url}: {mistakes.get_text(' ', strip=True)}")
        assert answer.ok, f"{self.url}: {answer.status}"

    def _found(self, selector: str) -> list[Tag]:
        found = list(self._page.select(selector))
        assert found, f"{self.url} has no {selector}."
        return found

    def _form_of(self, field: Tag) -> Tag | None:
        return self._page.find(id=field["form"]) if field.get("form") else field.find_parent("form")

    def _fields(self, form: Tag, values: dict[str, str], file: Path | None) -> Fields:
        """What a browser would send of this form, if these values were filled in."""
        fields: Fields = []
        for field in self._page.select(":is(input, select, textarea)[name]:not(:disabled)"):
            if self._form_of(field) is not form:
                continue
            name, kind = str(field["name"]), str(field.get("type", "text"))
            if kind == "file":
                fields += [(name, file)] if file else []
            elif kind in ("radio", "checkbox"):
                value = str(field.get("value", "on"))
                fields += [(name, value)] if (values[name] == value if name in values else field.has_attr("checked")) else []
            elif field.name == "select":
                options = {str(option.get("value", option.get_text())): option for option in field.select("option")}
                chosen = [value for value, option in options.items() if option.has_attr("selected")]
                if name in values:
                    chosen = [value for value in options if value == values[name]]
                elif not chosen and not field.has_attr("multiple"):
                    chosen = list(options)[:1]
                fields += [(name, value) for value in chosen]
            elif kind not in ("submit", "button", "image", "reset"):
                own = field.get_text().removeprefix("\n") if field.name == "textarea" else str(field.get("value", ""))
                fields.append((name, values.get(name, own)))
        return fields
