"""The company's mail server, as the operator set it."""

from dataclasses import dataclass
from email.headerregistry import Address

from pydantic import ValidationError

from auth.emails import check_email
from care.mail.settings import MailServer
from core.errors import InvalidInput
from core.settings import Settings, WrongSetting

_SENDER = "Köprü"


@dataclass(frozen=True, slots=True)
class PostSettings:
    """Where e-mails to members and customers leave from, whose name they bear, and where their links lead."""

    server: MailServer
    sender: Address
    bounces: str
    """The address that e-mails go back to."""
    public_url: str
    app_url: str | None
    """Where the company's web client shows an object, with `{id}` in it; None: e-mails have no such links."""
    portal_url: str | None
    """Where the company's portal shows an object to customers, likewise."""

    @property
    def domain(self) -> str:
        """Give the domain of the sender."""
        return self.sender.domain


def post_settings(settings: Settings) -> PostSettings | None:
    """Read where e-mails of ours leave from; None: none are sent. WrongSetting for what does not fit together."""
    if settings.smtp_host is None:
        return None
    if settings.smtp_from is None:
        raise WrongSetting("KOPRU_SMTP_FROM is required with KOPRU_SMTP_HOST: the address that e-mails come from.")
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    try:
        server = MailServer.model_validate(
            {
                "host": settings.smtp_host,
                "port": settings.smtp_port,
                "security": settings.smtp_security.upper(),
                "user": settings.smtp_user,
                "password": password,
            }
        )
    except ValidationError as error:
        raise WrongSetting(f"KOPRU_SMTP_… is wrong: {error.errors()[0]['msg']}.") from None
    sender = _address("KOPRU_SMTP_FROM", settings.smtp_from)
    bounces = _address("KOPRU_SMTP_BOUNCES", settings.smtp_bounces or sender)
    return PostSettings(
        server=server,
        sender=Address(display_name=_SENDER, addr_spec=sender),
        bounces=bounces,
        public_url=settings.public_url,
        app_url=settings.app_url,
        portal_url=settings.portal_url,
    )


def _address(name: str, given: str) -> str:
    try:
        return check_email(given)
    except InvalidInput as refusal:
        raise WrongSetting(f"{name} is wrong: {refusal.message}") from None
