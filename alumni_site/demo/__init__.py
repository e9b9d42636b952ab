"""People who do not exist, for `make run`, benchmarks, pictures and trying things out."""

# Known to everybody who can read this: production does not start while it opens an account (see `apps`).
DEMO_PASSWORD = "utveksling"  # noqa: S105

_ACCOUNTS = (
    ("participant@example.org", "participant, on exchange in Uganda now"),
    ("member@example.org", "member, back home in Uganda"),
    ("entrepreneur@example.org", "social entrepreneur in Kenya"),
    ("officer@example.org", "officer of the Embassy in Kampala, and a member"),
    ("coordinator@example.org", "coordinator of a partner organisation in Uganda"),
    ("adviser@example.org", "network adviser at Norec"),
    ("editor@example.org", "editor at Norec"),
    ("admin@example.org", "administrator with all rights"),
)


def demo_accounts() -> list[tuple[str, str]]:
    """Who can sign in to the demo: e-mail address, and in words who it is."""
    return list(_ACCOUNTS)


def demo_can_sign_in() -> bool:
    """Whether the demo's password opens one of the demo's accounts."""
    from django.contrib.auth.hashers import check_password

    from profiles.models import User

    emails = [email for email, _who in _ACCOUNTS]
    passwords = User.objects.filter(email__in=emails, is_active=True).values_list("password", flat=True)
    return any(check_password(DEMO_PASSWORD, password) for password in passwords)
