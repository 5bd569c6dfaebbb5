"""What a mirror keeps: every entry of somebody else's log, its tiles, its index replayed, and what contradicts.

For an outsider on a machine of their own: a folder, without a cell and without Django. Promised: a checkpoint is shown
only when every entry below it is held, makes its root and has been replayed into the index; what was shown is never
taken back; of what is refused both checkpoints are kept.
"""
