"""The gate: the only way to personal data. It gathers facts, decides, writes the verdict down, hands out the permit.

Promised: nothing is released whose look is not durably committed before; a change and its entry stand or fall
together; a refusal is written down like a permit (GDPR Arts 5(2), 25, 29, 32; house, section 3).

Three verbs: `weigh` (what would be allowed, from rules alone, nothing logged), `ask` (a look) and `perform` (a change).
"""
