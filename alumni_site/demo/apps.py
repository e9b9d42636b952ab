from django.apps import AppConfig

from alumni_site.core.start import register_start_refusal
from alumni_site.demo import demo_can_sign_in


class DemoConfig(AppConfig):
    name = "alumni_site.demo"
    label = "demo"

    def ready(self) -> None:
        register_start_refusal(_demo_accounts_open)


def _demo_accounts_open() -> str | None:
    if not demo_can_sign_in():
        return None
    return (
        "The demo's accounts can sign in with the demo's password, which everybody knows. "
        "Use a database without the demo, or give those accounts other passwords."
    )
