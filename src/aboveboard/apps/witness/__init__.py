"""What a witness keeps: its keys, the latest checkpoint of each log it has cosigned, and pairs that prove a fork.

For an outsider on a machine of their own: a folder with a file of keys and an SQLite file, without a cell and without
Django. Promised (c2sp.org/tlog-witness): a checkpoint is on the disk, in the transaction that compared it with the one
before, when its cosignature leaves; none is cosigned that does not extend the one before.
"""
