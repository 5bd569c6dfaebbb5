"""The person's own page: what is held about them, who looked, their rights, their evidence (GDPR Arts 7, 12, 15-21).

Promised: nothing is shown before its entry is committed, here as everywhere. One look is written down each time the
page is opened or loaded again; what follows within it - older looks, the rights, the live line that says only that
something new exists - releases no further value and is part of that look. A copy to take along is a look of its own.
No link opens anything by being followed, and no address, header or cookie holds a value or names anybody.
"""
