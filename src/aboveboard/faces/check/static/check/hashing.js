/* What the browser itself computes: Ed25519 and, for whole files, SHA-256 of WebCrypto; and whether it can. */

import { equal, fromHex, utf8 } from "./bytes.js";
import { sha256 } from "./sha.js";

const SHA256 = "SHA-256";
const ED25519 = "Ed25519";

/* The browser's own SHA-256 of a file. */
export const digest = async (data) => new Uint8Array(await crypto.subtle.digest(SHA256, data));

/* Whether *signature* is that of *publicKey* on *message* (RFC 8032). */
export const signs = async (publicKey, signature, message) => {
  const key = await crypto.subtle.importKey("raw", publicKey, { name: ED25519 }, false, ["verify"]);
  return crypto.subtle.verify({ name: ED25519 }, key, signature, message);
};

const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555" +
  "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

/* Lengths of texts: nothing, and around each place where what is added fills a block or needs another one. */
const SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128];

/* Whether SHA-256 made here is the browser's own. */
const hashesAlike = async () => {
  const texts = SIZES.map((size) => utf8(SIGNATURE).subarray(0, size));
  const theirs = await Promise.all(texts.map(digest));
  return equal(theirs[0], fromHex(EMPTY_HASH)) && texts.every((text, at) => equal(sha256(text), theirs[at]));
};

/* What this browser lacks, as a sentence; null where it can do all of it: tried on SHA-256 and on RFC 8032, 7.1. */
export const lacking = async () => {
  if (!globalThis.crypto?.subtle) {
    return (
      "This browser lets no page compute hashes and signatures that came over an unprotected connection. Save the page" +
      " and open the saved file, or use an independent verifier."
    );
  }
  try {
    if (!(await hashesAlike())) {
      return "This browser computes hashes otherwise than this page, so nothing was checked. Use another one, or an independent verifier.";
    }
    if (await signs(fromHex(KEY), fromHex(SIGNATURE), new Uint8Array())) return null;
  } catch {
    /* told below */
  }
  return (
    "This browser cannot check Ed25519 signatures, so nothing was checked. Open the page in a newer one (Chrome or Edge" +
    " 137, Firefox 129, Safari 17), or use an independent verifier."
  );
};
