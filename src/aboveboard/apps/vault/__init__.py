"""The vault: facts about persons, each sealed under a key of its own person and retention class, and nothing in clear.

Promised: nothing is opened without a permit that names a committed entry, and a shredded key opens nothing
(GDPR Arts 5(1)(c)-(f), 17, 25, 32; house, sections 2 and 3).
"""
