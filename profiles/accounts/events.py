"""What happens to accounts that an app above may have to act on. Django signals: who listens is not known here."""

from django.dispatch import Signal

# `user`: every session of this account has ended. Sent in the transaction that ends them.
sessions_ended = Signal()
