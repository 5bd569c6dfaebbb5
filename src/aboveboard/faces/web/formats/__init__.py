"""Dates and figures by language: British English, Czech as Django has it, both to the second."""
