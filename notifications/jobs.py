"""Regular work of the outbox. `manage.py send_notices`, `send_digests` and `mend_deliveries` do it by hand."""


def send_notices() -> object:
    from notifications.mailing import send_mails
    from notifications.pushing import send_pushes

    return send_mails(), send_pushes()


def send_digests() -> object:
    from notifications.mailing import send_digests as send

    return send()


def mend_deliveries() -> object:
    from notifications.outbox import reap

    return reap()


def forget_deliveries() -> object:
    from notifications.outbox import forget_settled

    return forget_settled()
