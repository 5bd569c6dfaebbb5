"""What is decided, proved and sealed: plain Python that anyone may run, read and check."""
