"""Sign-in: login names, passwords and tokens of staff; the opaque staff id is the only link to the cell.

Kept in the commercial database: no name, no address, no moment of the last sign-in (GDPR Art. 5(1)(c)).
"""
