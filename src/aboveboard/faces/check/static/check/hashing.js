/* What the browser itself computes: SHA-256, HMAC-SHA256 and Ed25519 of WebCrypto. Nothing of it is made here. */

import { concat, equal, fromHex } from "./bytes.js";

const SHA256 = "SHA-256";
const ED25519 = "Ed25519";

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest(SHA256, concat(...parts)));

/* A function that gives HMAC-SHA256 under one key. */
export const hmac = async (key) => {
  const used = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: SHA256 }, false, ["sign"]);
  return async (...parts) => new Uint8Array(await crypto.subtle.sign("HMAC", used, concat(...parts)));
};

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

/* What this browser lacks, as a sentence; null where it can do all of it: tried on SHA-256 of nothing and on RFC 8032, 7.1. */
export const lacking = async () => {
  if (!globalThis.crypto?.subtle) {
    return (
      "This browser lets no page compute hashes and signatures that came over an unprotected connection. Save the page" +
      " and open the saved file, or use an independent verifier."
    );
  }
  try {
    const nothing = new Uint8Array();
    const known = equal(await sha256(nothing), fromHex(EMPTY_HASH));
    if (known && (await signs(fromHex(KEY), fromHex(SIGNATURE), nothing))) return null;
  } catch {
    /* told below */
  }
  return (
    "This browser cannot check Ed25519 signatures, so nothing was checked. Open the page in a newer one (Chrome or Edge" +
    " 137, Firefox 129, Safari 17), or use an independent verifier."
  );
};
