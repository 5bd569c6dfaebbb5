"""How allauth is held to the house: nobody signs themselves up, and a second factor's secret lies sealed."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in for people who were appointed; a sign-up is refused whatever it says."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: staff are appointed by two signatures, not by a form."""
        return False


class SealedSecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose secrets the commercial database holds only encrypted."""

    def encrypt(self, text: str) -> str:
        """Encrypt a second factor's secret under a key drawn from the secret key."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what ``encrypt`` sealed."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    # RFC 5869: one secret, one label a use, so that this key is of no use for signing sessions.
    derived = HKDF(SHA256(), 32, salt=None, info=b"aboveboard second factor v1").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
