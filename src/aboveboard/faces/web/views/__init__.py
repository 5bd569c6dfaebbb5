"""The few pages that belong to no single face."""
