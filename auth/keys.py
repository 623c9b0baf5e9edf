"""The keys of our issuer: made at the first start, kept sealed in the store, rotated and revoked."""

from datetime import datetime, timedelta

import orjson
from joserfc.jwk import ECKey

from auth.actor import Actor, Permission
from auth.documents import KeyState, SigningKey, SigningKeys
from auth.events import SigningKeyRevoked, SigningKeysRotated
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.records import change, insert_or_read
from core.secrets import Keyring

ALGORITHM = "ES256"
PUBLISHED_BEFORE_USE = timedelta(hours=24)
ROTATED_AFTER = timedelta(days=90)
LONGEST_TOKEN_LIFE = timedelta(hours=24)
KEPT_AFTER_USE = LONGEST_TOKEN_LIFE + timedelta(minutes=5)
_ID = "issuer"


async def open_keys(keyring: Keyring) -> SigningKeys:
    """Read the keys; at the first start make them: one that signs and one published as the next."""
    found = await SigningKeys.get(_ID)
    if found is not None:
        return found
    moment = now()
    keys = [_new_key(keyring, moment, state=KeyState.ACTIVE), _new_key(keyring, moment, state=KeyState.NEXT)]
    made = SigningKeys(id=_ID, created_at=moment, keys=keys)
    return await insert_or_read(made)  # another process may start too and be first


async def rotate_keys(actor: Actor, keyring: Keyring) -> SigningKeys:
    """Let the next key sign, keep the old one for what it signed, and publish a new next one.

    Raises Forbidden without `account:manage`, and InvalidInput while the next key is younger than 24 hours: who keeps a
    copy of our public keys would not know it.
    """
    actor.require(Permission.ACCOUNT_MANAGE)

    def rule(keys: SigningKeys) -> None:
        ready_at = _held(keys, KeyState.NEXT).published_at + PUBLISHED_BEFORE_USE
        if now() < ready_at:
            raise InvalidInput(f"The next key may sign from {ready_at:%Y-%m-%d %H:%M} UTC on; rotate then, or revoke the key.")
        _rotate(keys, keyring, actor)

    return await change(await open_keys(keyring), rule)


async def rotate_due_keys(actor: Actor, keyring: Keyring) -> SigningKeys:
    """Do what is due: rotate after 90 days, drop retired keys whose tokens have all expired. Runs again without harm.

    Raises Forbidden without `account:manage`.
    """
    actor.require(Permission.ACCOUNT_MANAGE)

    def rule(keys: SigningKeys) -> None:
        at = now()
        if at >= (_held(keys, KeyState.ACTIVE).activated_at or keys.created_at) + ROTATED_AFTER:
            _rotate(keys, keyring, actor)
        keys.keys = [key for key in keys.keys if key.retired_at is None or at < key.retired_at + KEPT_AFTER_USE]

    return await change(await open_keys(keyring), rule)


async def revoke_key(actor: Actor, kid: str, keyring: Keyring) -> SigningKeys:
    """Take a key away at once, in an emergency: all tokens that it signed are void, and another key signs.

    Raises Forbidden without `account:manage`, NotFound for a key that is not there.
    """
    actor.require(Permission.ACCOUNT_MANAGE)

    def rule(keys: SigningKeys) -> None:
        lost = next((key for key in keys.keys if key.kid == kid), None)
        if lost is None:
            raise NotFound("There is no signing key of this id.", path=("kid",))
        if lost.state is KeyState.ACTIVE:
            _rotate(keys, keyring, actor)
        keys.keys = [key for key in keys.keys if key.kid != kid]
        if lost.state is KeyState.NEXT:
            keys.keys.append(_new_key(keyring, now(), state=KeyState.NEXT))
        keys.record(SigningKeyRevoked(kid=kid), actor=actor.id)

    return await change(await open_keys(keyring), rule)


def active_key(keys: SigningKeys, keyring: Keyring) -> ECKey:
    """Open the private key that signs; WrongSetting when the keyring is not the one that sealed it."""
    active = _held(keys, KeyState.ACTIVE)
    return ECKey.import_key({**orjson.loads(keyring.decrypt(active.sealed)), "kid": active.kid})


def _held(keys: SigningKeys, state: KeyState) -> SigningKey:
    return next(key for key in keys.keys if key.state is state)


def _rotate(keys: SigningKeys, keyring: Keyring, actor: Actor) -> None:
    moment = now()
    old, coming = _held(keys, KeyState.ACTIVE), _held(keys, KeyState.NEXT)
    retired = old.model_copy(update={"state": KeyState.RETIRED, "retired_at": moment})
    active = coming.model_copy(update={"state": KeyState.ACTIVE, "activated_at": moment})
    others = [key for key in keys.keys if key.kid not in {old.kid, coming.kid}]
    keys.keys = [*others, retired, active, _new_key(keyring, moment, state=KeyState.NEXT)]
    keys.record(SigningKeysRotated(kid=active.kid), actor=actor.id)


def _new_key(keyring: Keyring, moment: datetime, *, state: KeyState) -> SigningKey:
    pair = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM})
    kid = pair.thumbprint()  # RFC 7638: the same key always has the same id, another key another one
    public = {name: str(value) for name, value in pair.as_dict(private=False).items()} | {"kid": kid}
    sealed = keyring.encrypt(orjson.dumps(pair.as_dict(private=True)).decode())
    activated_at = moment if state is KeyState.ACTIVE else None
    return SigningKey(kid=kid, state=state, sealed=sealed, public=public, published_at=moment, activated_at=activated_at)
