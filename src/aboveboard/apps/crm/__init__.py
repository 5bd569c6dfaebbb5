"""The commercial side: organisations and deals, and which persons (opaque ids) belong to which organisation.

Promised: nothing here says anything about a person outside but an opaque id; a sole trader is a person, not an
organisation; free text is not kept here, titles are generated (house, section 2; GDPR Art. 25).
"""
