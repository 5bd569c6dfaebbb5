"""Every error raised on purpose, in one tree with stable codes; no message ever holds personal data."""


class AboveboardError(Exception):
    """An error this program raises on purpose; ``code`` is stable and safe to show."""

    code = "error"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        """Keep *sentence* (what is wrong, where, what to do) and an optional finer code."""
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code


class Denied(AboveboardError):
    """A permit was asked of a decision that refused; the refusal itself is already committed."""

    code = "denied"


class Shredded(AboveboardError):
    """The key of what was asked for has been shredded; nobody can open it any more."""

    code = "shredded"


class Invalid(AboveboardError):
    """Input does not have the form it must have; nothing was changed."""

    code = "invalid"


class Conflict(AboveboardError):
    """The act does not fit the state it met; nothing was changed, and it may be tried again."""

    code = "conflict"


class NotSignedYet(AboveboardError):
    """What was asked for is committed, and the log has not signed it yet; a moment later it may be asked again."""

    code = "not_signed_yet"


class NotVerified(AboveboardError):
    """A signature, proof or seal does not hold."""

    code = "not_verified"


class KeyUnavailable(AboveboardError):
    """The root key or the key store cannot be reached; no data can be released."""

    code = "key_unavailable"


class LedgerUnavailable(AboveboardError):
    """The ledger cannot commit or has fallen behind; no data leaves while this holds."""

    code = "ledger_unavailable"


class NotWitnessed(LedgerUnavailable):
    """Nobody outside has confirmed the log for longer than the controller allows; nobody looks while this holds."""

    code = "not_witnessed"


def expect(holds: object, otherwise: str) -> None:
    """Raise Invalid with the sentence *otherwise* unless the claim *holds*."""
    if not holds:
        raise Invalid(otherwise)


def require(holds: object, otherwise: str, *, code: str | None = None) -> None:
    """Raise NotVerified with the sentence *otherwise* unless the claim *holds*."""
    if not holds:
        raise NotVerified(otherwise, code=code)
