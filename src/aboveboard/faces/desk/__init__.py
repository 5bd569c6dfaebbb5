"""The seller's desk: people, organisations, deals.

Promised: personal data appear on a page only after the look is committed, in one entry a page; what is not open is a
labelled closed row; a term searched for or a value typed stands in no address, no session and no log line.
"""
