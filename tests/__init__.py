"""The suite: unit, integration, property, conformance, browser, transcripts, house."""
