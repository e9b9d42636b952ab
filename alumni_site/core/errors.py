"""What a service raises when it will not do what it was asked. Views turn these into pages, commands into exit codes."""


class NetworkError(Exception):
    """Base of every error the network raises on purpose. `code` is stable; `message` is for a person, in their language."""

    code = "error"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code


class NotAllowed(NetworkError):
    """The actor may not do this. Where the object itself is hidden, views answer 404 instead."""

    code = "not_allowed"


class Conflict(NetworkError):
    """The thing has changed meanwhile, or is not in a state where this can be done."""

    code = "conflict"


class Invalid(NetworkError):
    """What was handed in cannot be used."""

    code = "invalid"
