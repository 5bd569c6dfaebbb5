"""Signed notes as the specification and Go's reference package show them."""

import base64

from aboveboard.core.tlog.note import NoteSigner, NoteVerifier, open_note, sign_note

EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_NAME = "PeterNeumann"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_example_of_the_specification_opens():
    """The note in c2sp.org/signed-note is opened with the key it is printed with."""
    verifier = NoteVerifier.from_vkey(EXAMPLE_VKEY)
    assert verifier.key.encode() == EXAMPLE_VKEY
    note = open_note(EXAMPLE.encode(), [verifier])
    assert note.text == "This is an example message.\n"
    assert note.encode() == EXAMPLE


def test_the_note_of_the_go_package_is_signed_alike():
    """From the same seed come the same public key and, byte for byte, the same note."""
    signer = NoteSigner(GO_NAME, base64.b64decode(GO_KEY)[1:])
    assert signer.vkey == GO_VKEY
    assert sign_note(GO_NOTE.rpartition("\n\n")[0] + "\n", signer).encode() == GO_NOTE
