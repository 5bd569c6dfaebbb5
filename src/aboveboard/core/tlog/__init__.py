"""The transparency log's formats and proofs, as C2SP and RFC 9162 define them, without any I/O."""
