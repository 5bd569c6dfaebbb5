"""Legal entities of the group: where they stand, what they are towards the cell, and whether they may go live.

An entity goes live only after its staff were told and consulted (Czech Labour Code ss. 280 and 316; for a
German unit with a works council its agreement, BetrVG s. 87(1) no. 6). Changes come from signed acts, applied
in `register`.
"""
