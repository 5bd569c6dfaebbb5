"""Evidence: what a person sees and takes along of their own lines, and what finds out that the log was tampered with.

Kept: links to the persons' own pages; everything else is read from ledger, vault and published files. Promised: a pack
is handed out only against a committed look, and verifies without this house (GDPR Arts 5(2), 12(1), 15, 17, 20).
"""
