"""Two reports, as a member and an adviser make and decide them. Knows nothing of Django: the pictures are taken without."""

from tests.browser.visitor import Visitor, VisitorOf


def report_two_conversations(visitor_of: VisitorOf) -> None:
    """One waits for a decision. For the other an officer is given a warning."""
    member = visitor_of("member@example.org")
    for name in ("Musa", "Eldrid"):
        _report(member, name)
    adviser = visitor_of("adviser@example.org")
    adviser.open("/staff/reports/")
    adviser.open(adviser.links("main h2 a:-soup-contains('Eldrid')")[0])
    adviser.press("form[action$='/decide/'] button", decision="warn", answer="Please write to each other with respect.")


def _report(member: Visitor, name: str) -> None:
    member.open("/messages/")
    member.open(member.links(f"a.nw-thread:-soup-contains('{name}')")[0] + "report/")
    member.press("main form button.ds-button", reason="harassment", words="This is not how we talk here.")
    assert "/messages/reports/" in member.url, member.url
