"""A mirror over HTTP (c2sp.org/tlog-tiles): the log's checkpoint, tiles and bundles, as any server of files has them.

Promised: whoever asks is not recorded, and an answer depends on the path alone. It needs no Django.
"""
