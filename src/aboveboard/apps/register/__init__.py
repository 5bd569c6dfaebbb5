"""The register of processing: purposes, assessments, transfer instruments, lifted house defaults (GDPR Art. 30).

Every row comes from an act that two people signed after the officer's opinion; history is in the acts.
"""
