"""Regular work of accounts."""

from datetime import timedelta

from alumni_site.core.schedule import register_job


def register() -> None:
    """Declare it. Called from the app's `ready`."""
    register_job("forget-unverified-accounts", every=timedelta(days=1), run=_forget_unverified_accounts)


def _forget_unverified_accounts() -> object:
    from profiles.accounts.services.claiming import forget_unverified_accounts

    return forget_unverified_accounts()
