"""Files of people come in here: read, classified column by column, admitted, quarantined or dropped with a word.

Promised: no value is stored before its column is classified and the rules have been asked; what may not be held is
sealed apart for thirty days or not kept at all; every cell of a file is accounted for; the same file again changes
nothing; whoever was erased does not come back (GDPR Arts 5(1)(b), (c), (e), 9, 10, 14, 17).
"""
