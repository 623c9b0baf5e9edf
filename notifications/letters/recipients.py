"""Whom an e-mail is to, a member or a customer, and what it says to them."""

from community.documents import Member
from core.secrets import Keyring
from notifications.letters.choosing import switch_letters_off
from notifications.letters.composing import Contents
from notifications.letters.customer_texts import CUSTOMER_WORDS
from notifications.letters.customers import contents_for_customer, language_of_customer, note_customer_unreached
from notifications.letters.documents import Letter
from notifications.letters.members import contents_for_member, note_member_unreached
from notifications.letters.names import Unsubscription, kinds_meant, topics_meant
from notifications.letters.settings import PostSettings
from notifications.letters.texts import WORDS, language_of
from notifications.preferences import preferences_of, switch_mail_off


async def contents_of(letter: Letter, post: PostSettings, *, keyring: Keyring) -> Contents | None:
    """Give what an e-mail says; None where there is nothing left to tell, or nobody to tell it to. Raises TryLater."""
    if letter.customer_id is not None:
        return await contents_for_customer(letter, letter.customer_id, post, keyring=keyring)
    if letter.member_id is not None:
        return await contents_for_member(letter, letter.member_id, post, keyring=keyring)
    return None


async def note_unreached(letter: Letter, reason: str) -> None:
    """Note that an e-mail to its recipient's address came back; runs again without harm."""
    if letter.customer_id is not None:
        await note_customer_unreached(letter.customer_id, reason)
    elif letter.member_id is not None:
        await note_member_unreached(letter.member_id, reason)


async def stop_writing(meant: Unsubscription) -> None:
    """Do what an unsubscribing link says; runs again without harm."""
    if meant.customer_id is not None:
        await switch_letters_off(meant.customer_id, topics_meant(meant.scope))
        return
    preferences = (await preferences_of([meant.recipient_id]))[meant.recipient_id]
    await switch_mail_off(meant.recipient_id, kinds_meant(meant.scope, preferences))


async def language_and_farewell(meant: Unsubscription) -> tuple[str, str]:
    """Give the language of who follows an unsubscribing link, and what they read in it once it was done."""
    if meant.customer_id is not None:
        language = await language_of_customer(meant.customer_id)
        return language, CUSTOMER_WORDS[language].stopped
    member = await Member.get(meant.recipient_id)
    language = language_of(member.locales if member else [])
    return language, WORDS[language].stopped
