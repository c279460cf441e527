// Signed notes and checkpoints after C2SP: reading one, reading a key, and checking its signature.

import { HASH_BYTES, fromHex, same, sha256 } from "./merkle.js";

const ED25519 = 1;
const KEY_ID_BYTES = 4;

const utf8 = (text) => new TextEncoder().encode(text);

function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new TypeError("not base64");
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// The key's text: name, key id in hex and base64 of the key after the byte 1, joined by "+".
export async function readKey(text) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim());
  if (!parts) throw new TypeError("not a key");
  const [name, id, typed] = [parts[1], fromHex(parts[2]), fromBase64(parts[3])];
  if (typed.length !== 1 + HASH_BYTES || typed[0] !== ED25519) throw new TypeError("not a key");
  if (globalThis.crypto?.subtle) {
    const known = await sha256(Uint8Array.of(...utf8(name), 0x0a, ...typed));
    if (!same(id, known.slice(0, KEY_ID_BYTES))) throw new TypeError("the key is damaged");
  }
  return { name, id, raw: typed.slice(1) };
}

// What a checkpoint says, and what is signed of it. The signatures are not looked at.
export function readCheckpoint(note) {
  const end = note.lastIndexOf("\n\n");
  const signed = note.slice(0, end + 1);
  const [origin, size, root] = signed.split("\n");
  if (end < 0 || !origin || !/^(0|[1-9][0-9]{0,15})$/.test(size)) throw new TypeError("no checkpoint");
  const checkpoint = { origin, size: Number(size), root: fromBase64(root), signed, note };
  if (!Number.isSafeInteger(checkpoint.size) || checkpoint.root.length !== HASH_BYTES) {
    throw new TypeError("no checkpoint");
  }
  return checkpoint;
}

// True, false, or null where this browser knows no Ed25519.
export async function bearsSignature(checkpoint, key) {
  if (checkpoint.origin !== key.name) return false;
  let verifier;
  try {
    verifier = await crypto.subtle.importKey("raw", key.raw, { name: "Ed25519" }, false, ["verify"]);
  } catch (missing) {
    if (missing.name === "NotSupportedError") return null;
    return false;
  }
  const found = signaturesBy(checkpoint, key);
  for (const signature of found) {
    const good = await crypto.subtle.verify({ name: "Ed25519" }, verifier, signature, utf8(checkpoint.signed));
    if (!good) return false;
  }
  return found.length > 0;
}

function signaturesBy({ note, signed }, key) {
  const found = [];
  for (const line of note.slice(signed.length + 1).split("\n")) {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "\u2014" || name !== key.name || !encoded || more.length) continue;
    let bytes;
    try { bytes = fromBase64(encoded); } catch { continue; }
    if (same(bytes.slice(0, KEY_ID_BYTES), key.id)) found.push(bytes.slice(KEY_ID_BYTES));
  }
  return found;
}
