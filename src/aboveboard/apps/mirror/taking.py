"""Taking entries over: held against the signed root first, replayed, made durable, and only then counted as held.

A step takes up to 16,384 entries. Its files are written before the transaction that counts them ends; a crash leaves
files that nobody refers to, which are written again, byte for byte.
"""

from collections.abc import Sequence

from aboveboard.apps.files.tiles import FileTiles
from aboveboard.apps.mirror.index import Strides
from aboveboard.apps.mirror.memory import Kind, Known, Memory
from aboveboard.apps.mirror.mending import Say
from aboveboard.apps.mirror.replaying import OWN_DISK, STEP, Told, catch_up
from aboveboard.apps.mirror.source import Source
from aboveboard.core.entries.replay import INDEX_CODE, Replay, require_index_last
from aboveboard.core.errors import Invalid, NotVerified
from aboveboard.core.tlog.checkpoint import Checkpoint
from aboveboard.core.tlog.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, verify_consistency
from aboveboard.core.tlog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Growth,
    Tile,
    TileBuilder,
    bundles_for,
    encode_bundle,
    read_bundle,
    subtree_reader,
)

DAMAGED = "The index of this mirror was damaged on its own disk; it is made anew from the {} entries held."
BEFORE_ACCUSING = (
    "An index leaf of the log does not fit. Before that counts against the log, this mirror's own index is made anew"
    " from the {} entries held."
)


class Contradiction(Exception):
    """What the log shows does not fit what is held, or itself."""

    def __init__(self, kind: Kind, sentence: str, evidence: Sequence[tuple[str, bytes]] = ()) -> None:
        """Keep the kind, the sentence, and what shows it, by path."""
        super().__init__(sentence)
        self.kind, self.sentence, self.evidence = kind, sentence, evidence


class Taking:
    """One way from what is held to the checkpoint *new*, whose tiles *source* serves."""

    def __init__(self, memory: Memory, tiles: FileTiles, new: Checkpoint, source: Source, say: Say) -> None:
        """Begin at what *memory* and *tiles* hold; *say* is told what had to be made anew."""
        self._memory, self._tiles, self._new, self._source, self._say = memory, tiles, new, source, say
        self._served = subtree_reader(source.get, new.size)

    def require_onward(self, latest: Known | None) -> None:
        """Refuse a checkpoint that does not extend the *latest* one accepted.

        Raises:
            Contradiction: when it does not.
        """
        if latest is None:
            return
        old, new = latest.checkpoint, self._new
        if new.size >= old.size:
            root, proof = self._beginning(old.size)
            if root != old.root:
                raise Contradiction(Kind.FORK, _two_histories(old.size, new.size), [("proof", proof)])
            return
        if new.size <= self._memory.covered and self._own_root(new.size) != new.root:
            raise Contradiction(Kind.FORK, _two_histories(new.size, old.size))
        raise Contradiction(
            Kind.OLDER,
            f"The log shows a checkpoint over {new.size} entries after one over {old.size}: a stale copy stands between"
            " the two, or the log was set back.",
        )

    def take(self, told: Told) -> None:
        """Take over every entry up to the checkpoint.

        Raises:
            Contradiction: when entries do not make the signed root, or an index leaf is wrong.
            NotVerified: when our own files were changed.
        """
        builder = self._taken_up()
        while builder.size < self._new.size:
            end = min(self._new.size, (builder.size // STEP + 1) * STEP)
            builder = self._step(builder, end)
            told(end, self._new.size)
        if self._new.size:
            try:
                require_index_last(self._held_before(self._new.size)[-1], self._new.size)
            except NotVerified as error:
                raise Contradiction(Kind.INDEX, error.sentence) from None

    def _taken_up(self) -> TileBuilder:
        builder = TileBuilder.load(self._tiles.get, self._memory.covered)
        if builder.root() != self._memory.root:
            raise NotVerified(OWN_DISK)
        return builder

    def _step(self, builder: TileBuilder, end: int) -> TileBuilder:
        start, places = builder.size, bundles_for(builder.size, end)
        try:
            bundles = list(self._source.bundles(places))
        except NotVerified as error:
            raise Contradiction(Kind.UNEXPLAINED, error.sentence) from None
        entries = [entry for bundle in bundles for entry in bundle]
        held = start % TILE_WIDTH
        growth = builder.extend(map(leaf_hash, entries[held:]))
        if entries[:held] != (self._held_before(start) if held else []) or growth.root != self._beginning(end)[0]:
            raise Contradiction(
                Kind.UNEXPLAINED, f"Entries {start} to {end - 1} as the log serves them are not those it has signed."
            )
        encoded = [(place.path, encode_bundle(bundle)) for place, bundle in zip(places, bundles, strict=True)]
        try:
            self._take_in(entries[held:], [*encoded, *((tile.path, data) for tile, data in growth.tiles)], growth)
        except NotVerified as error:
            if error.code != INDEX_CODE:
                raise
            raise Contradiction(Kind.INDEX, error.sentence, encoded) from None
        return growth.builder

    def _take_in(self, entries: Sequence[bytes], files: Sequence[tuple[str, bytes]], growth: Growth) -> None:
        """Replay *entries*, write the *files*, count them as held.

        Raises:
            Invalid, NotVerified: when an index leaf is wrong, and no index of ours that was damaged is why.
        """
        try:
            self._take_in_once(entries, files, growth)
        except (Invalid, NotVerified) as error:
            if not self._made_anew(error):
                raise
            self._take_in_once(entries, files, growth)

    def _take_in_once(self, entries: Sequence[bytes], files: Sequence[tuple[str, bytes]], growth: Growth) -> None:
        with self._memory.changing():
            Replay(Strides(self._memory), self._memory, self._memory.covered).take(entries)
            for path, data in files:
                self._tiles.put(path, data)
            self._tiles.settle()
            self._memory.hold(growth.builder.size, growth.root)

    def _made_anew(self, error: Invalid | NotVerified) -> bool:
        """Make our own index anew after *error*: a log is accused by nothing that lay on our disk alone.

        Not once more where the log has been found wrong before: it would be done at every fetch from then on.
        """
        size, root = self._memory.covered, self._memory.root
        accused = error.code == INDEX_CODE
        if accused and (not size or any(one.kind is Kind.INDEX for one in self._memory.refusals())):
            return False
        self._say((BEFORE_ACCUSING if accused else DAMAGED).format(size))
        self._memory.forget()
        catch_up(self._memory, self._tiles, size, root)
        return True

    def _beginning(self, size: int) -> tuple[bytes, bytes]:
        """Give the root over the first *size* entries of the new tree, and the proof of it as lines.

        The tiles served are not believed: they have to lead to the root that was signed, and then they say no less
        about the beginning than the signature itself.
        """
        new = self._new
        if size in (0, new.size):
            return (new.root if size else EMPTY_ROOT), b""
        try:
            root = self._served(0, size)
            proof = consistency_proof(size, new.size, self._served)
            verify_consistency(size, new.size, proof, root, new.root)
        except (Invalid, NotVerified):
            raise Contradiction(
                Kind.UNEXPLAINED,
                f"The tiles that the log serves do not make the root it signed over {new.size} entries.",
            ) from None
        return root, "".join(f"{one.hex()}\n" for one in proof).encode()

    def _own_root(self, size: int) -> bytes:
        return subtree_reader(self._tiles.get, self._memory.covered)(0, size) if size else EMPTY_ROOT

    def _held_before(self, size: int) -> list[bytes]:
        """Give the entries of the last bundle of the first *size*."""
        index, width = divmod(size - 1, TILE_WIDTH)
        return read_bundle(self._tiles.get, Tile(ENTRIES, index, width + 1))


def _two_histories(few: int, many: int) -> str:
    if few == many:
        return f"The log has signed two different histories of {few} entries."
    return f"The log has signed two histories: one over {many} entries does not begin with the {few} it signed as well."
