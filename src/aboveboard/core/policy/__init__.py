"""What may be done with personal data, decided from facts alone: ``Question + Facts -> Decision``, pure."""
