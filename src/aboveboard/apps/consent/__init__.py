"""Consents and objections of persons outside, by opaque id (GDPR Arts 7, 21).

The gate calls the actions as deeds inside its own transaction and writes their entries; nothing here writes
any.
"""
