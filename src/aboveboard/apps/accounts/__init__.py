"""Staff by opaque id, their role, entity, workplace and signing keys, and the acts that two people must sign.

Names lie sealed under each employee's own key. Nobody decides alone and nobody in their own cause: an act
stands on the proposer's signature, the officer's opinion (GDPR Arts 38(1), 38(6)) and the controller's
signatory's signature.
"""
