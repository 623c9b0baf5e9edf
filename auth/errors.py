"""What goes wrong when somebody signs in or an account is changed."""

from core.errors import AlreadyDone, DomainError, Forbidden, LimitReached


class NotAuthenticated(DomainError):
    """The credentials are not valid, or not any more; the text says what to do, never which part was wrong."""

    code = "UNAUTHENTICATED"


class AmbiguousCredentials(DomainError):
    """The request carries a session cookie and an Authorization header, so it is not clear who is calling."""

    code = "AMBIGUOUS_CREDENTIALS"


class TooManyAttempts(LimitReached):
    """There were too many tries; `retry_after` is the number of seconds after which the next may pass."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EmailTaken(AlreadyDone):
    """Another account has this e-mail address."""


class LastAdmin(Forbidden):
    """Nobody would be left who can manage accounts."""
