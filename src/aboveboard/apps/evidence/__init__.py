"""Evidence: what a person sees and takes along of their own lines, and what finds out that the log was tampered with.

Kept: nothing; everything here is read from the ledger, the vault and the published files. Promised: a pack is handed
out only against a committed look, and verifies without this house (GDPR Arts 5(2), 12(1), 15, 17, 20).
"""
