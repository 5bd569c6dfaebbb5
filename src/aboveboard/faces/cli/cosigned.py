"""Whether evidence just made holds for whoever trusts the witnesses too."""

from pathlib import Path

NOT_YET = (
    "The witnesses' quorum has not cosigned its checkpoint yet: with the file of `aboveboard key trust` it does not"
    " hold so far. Make it again once they have (`aboveboard doctor` says when), or hand on a file of keys written with"
    " --without-witnesses."
)


def waiting_words(folder: Path) -> list[str]:
    """Say so where the checkpoint in *folder* lacks the quorum that the log says it asks; nothing otherwise."""
    from aboveboard.apps.ledger.confirmed import recorded
    from aboveboard.core.errors import NotVerified
    from aboveboard.core.verify.shape import CHECKPOINT

    said = recorded()
    if said is None or not said.wants_quorum:
        return []
    try:
        said.policy.open_checkpoint((folder / CHECKPOINT).read_bytes())
    except NotVerified:
        return [NOT_YET]
    return []
