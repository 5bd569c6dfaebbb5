"""Evidence and trusted keys in, a report out: what a stranger runs, with Python and one library, without a network.

Nothing here believes the pack: a line counts because its hash leads to the root that the log has signed, a field
because it fits the line's commitment, a grant because its signatures hold.
"""

from aboveboard.core.verify.folder import verify_folder
from aboveboard.core.verify.pack import verify_pack
from aboveboard.core.verify.report import Check, Report

__all__ = ["Check", "Report", "verify_folder", "verify_pack"]
