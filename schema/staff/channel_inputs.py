"""What clients hand in of channels."""

import strawberry

from care.mail.settings import MailSecurity
from schema.inputs import given, required


@strawberry.input(description="A server that mail is sent by.")
class MailServerInput:
    """A server that mail is sent by."""

    host: str = required("Its name or address; it must be public or be named in KOPRU_OUTBOUND_ALLOW.")
    port: int = required("Its port, such as 465 or 587.")
    security: MailSecurity | None = given("How the connection is encrypted; absent: TLS.")
    user: str | None = given("Who signs in; absent: nobody.")
    password: str | None = given("The password; on a change, absent: as it is, where host and user stay.")


@strawberry.input(description="A mailbox that mail is fetched from.")
class MailboxInput:
    """A mailbox that mail is fetched from."""

    host: str = required("The server's name or address.")
    port: int = required("The server's port, such as 993.")
    security: MailSecurity | None = given("How the connection is encrypted; absent: TLS.")
    user: str = required("Who signs in.")
    password: str | None = given("The password; on a change, absent: as it is, where host and user stay.")
    folder: str | None = given("The folder; absent: INBOX.")


@strawberry.input(description="How a channel is to speak e-mail.")
class EmailSettingsInput:
    """How a channel is to speak e-mail."""

    address: str = required("What customers write to, without a +.")
    smtp: MailServerInput = required("Where its mail is sent from.")
    imap: MailboxInput | None = given("Where its mail is fetched; absent: it is handed to the receiver or the hook.")
    subaddressing: bool | None = given("Whether the provider delivers `address+anything` too.")
    trusted_authserv_id: str | None = given("Whose `Authentication-Results` are believed; absent: nobody's.")


@strawberry.input(description="What Telegram's Bot API asks for.")
class TelegramCredentialsInput:
    """What Telegram's Bot API asks for."""

    bot_token: str = required("The bot's token, as @BotFather gave it.")
    api_url: str | None = given("A Bot API server of the company's; absent: Telegram's own.")


@strawberry.input(description="What Meta's app and its interface ask for.")
class MetaCredentialsInput:
    """What Meta's app and its interface ask for."""

    app_secret: str = required("The secret of the app that posts to the hook.")
    verify_token: str = required("A word of your own, entered in the app together with the hook's address.")
    access_token: str | None = given("The token of the page, the Instagram account or the system user; absent: nothing leaves.")
    account_id: str | None = given("The id of the telephone number, for the kind WHATSAPP.")
    business_account_id: str | None = given("The id of the WhatsApp business account, for its message templates.")
    api_url: str | None = given("The base address of the Graph API, with its version; absent: Meta's own.")


@strawberry.input(description="What X's app and its interface ask for.")
class XCredentialsInput:
    """What X's app and its interface ask for."""

    consumer_secret: str = required("The secret of the app that posts to the hook.")
    consumer_key: str | None = given("The key of the app, for OAuth 1.0a.")
    access_token: str | None = given("The account's token, for OAuth 1.0a.")
    access_token_secret: str | None = given("What belongs to `accessToken`.")
    bearer_token: str | None = given("A user token of OAuth 2.0, in place of OAuth 1.0a.")
    api_url: str | None = given("The base address of the API; absent: X's own.")


_OF_APP = "The secret of the app that posts to the hook"
_KEPT = "absent: as it is; null: none."


@strawberry.input(description="What to change of the credentials of a Telegram channel; absent stays as it is.")
class TelegramCredentialsChangeInput:
    """What to change of the credentials of a Telegram channel."""

    bot_token: str | None = given("The bot's token, as @BotFather gave it; it is needed where `apiUrl` is another one.")
    api_url: str | None = given("A Bot API server of the company's; null: Telegram's own.")


@strawberry.input(description="What to change of the credentials of a Meta channel; absent stays as it is.")
class MetaCredentialsChangeInput:
    """What to change of the credentials of a Meta channel."""

    app_secret: str | None = given(f"{_OF_APP}.")
    verify_token: str | None = given("A word of your own, entered in the app together with the hook's address.")
    access_token: str | None = given(
        f"The token of the page, the Instagram account or the system user; {_KEPT} It is needed where `apiUrl` is another one."
    )
    account_id: str | None = given(f"The id of the telephone number, for the kind WHATSAPP; {_KEPT}")
    business_account_id: str | None = given(f"The id of the WhatsApp business account, for its message templates; {_KEPT}")
    api_url: str | None = given("The base address of the Graph API, with its version; null: Meta's own.")


@strawberry.input(description="What to change of the credentials of an X channel; absent stays as it is.")
class XCredentialsChangeInput:
    """What to change of the credentials of an X channel."""

    consumer_secret: str | None = given(f"{_OF_APP}.")
    consumer_key: str | None = given(f"The key of the app, for OAuth 1.0a; {_KEPT}")
    access_token: str | None = given(f"The account's token, for OAuth 1.0a; {_KEPT} It is needed where `apiUrl` is another one.")
    access_token_secret: str | None = given(f"What belongs to `accessToken`; {_KEPT}")
    bearer_token: str | None = given(
        f"A user token of OAuth 2.0, in place of OAuth 1.0a; {_KEPT} It is needed where `apiUrl` is another one."
    )
    api_url: str | None = given("The base address of the API; null: X's own.")


@strawberry.input(description="How the form of a channel is to be taken in.")
class FormSettingsInput:
    """How the form of a channel is to be taken in."""

    origins: list[str] | None = given("The origins, `https://example.com`, whose pages may use it, up to 20; none: any page.")
    required: list[str] | None = given("The page's own fields that must be filled in, up to 20.")
    consent: str | None = given("What the visitor must agree to; it is kept with what they said.")
    thanks_url: str | None = given("Where a page's form leads after it was sent.")
