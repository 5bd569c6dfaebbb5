"""The witness over HTTP (c2sp.org/tlog-witness): add-checkpoint, the latest checkpoint of a log, and its own keys.

Promised: whoever asks is not recorded; nothing is answered that is not on the disk. It needs no Django.
"""
