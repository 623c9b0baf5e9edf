"""The product's secret key: encrypts what is kept in the store, signs what clients carry."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from core.settings import Settings, WrongSetting

_SIGNATURE_BYTES = 9


class Keyring:
    """Keys derived from one secret, one for each use, so that none serves two purposes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._fernet = Fernet(base64.urlsafe_b64encode(self.key("encryption")))

    def key(self, purpose: str) -> bytes:
        """Give 32 bytes for a purpose: HMAC-SHA256 of its name under the secret."""
        return hmac.new(self._secret, f"kopru:{purpose}".encode(), hashlib.sha256).digest()

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the store (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """Give back what `encrypt` sealed; `WrongSetting` when the key is another one."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WrongSetting("KOPRU_SECRET_KEY is not the key that this database was written with.") from None

    def sign(self, purpose: str, text: str) -> str:
        """Give a short signature (72 bits) of a text that clients carry and bring back."""
        digest = hmac.new(self.key(purpose), text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()

    def signed_by_us(self, purpose: str, text: str, signature: str) -> bool:
        """Tell whether `sign` gave this signature, in constant time."""
        return hmac.compare_digest(self.sign(purpose, text).encode(), signature.encode())


def open_keyring(settings: Settings) -> Keyring:
    """Take the secret of the settings, or, with the embedded store, the one kept in its folder."""
    if settings.secret_key is not None:
        return Keyring(settings.secret_key.get_secret_value().encode())
    if settings.mongodb_url is not None:
        raise WrongSetting("KOPRU_SECRET_KEY is required with KOPRU_MONGODB_URL: set 32 or more random characters.")
    if settings.memory_only:
        return Keyring(secrets.token_bytes(32))
    return Keyring(_kept_secret(settings.data / "secret.key"))


def _kept_secret(file: Path) -> bytes:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{os.getpid()}")
    if not file.exists():
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_hex(32).encode())
        try:
            os.link(fresh, file)  # atomic: of two processes that start together, one secret stays
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_bytes()
