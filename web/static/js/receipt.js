// A ledger receipt checked step by step. Each step comes out as "passed", "failed" or "unchecked",
// with a reason where there is more than one; what was not done never counts as passed.

import { HASH_BYTES, canHash, fromHex, leafHash, same, sha256, verifyConsistency, verifyInclusion } from "./merkle.js";
import { bearsSignature, readCheckpoint } from "./signed_note.js";

export const STEPS = ["read", "contents", "path", "signature"];

const FORMAT = "ledger-receipt/1";
const LONGEST_PATH = 128;

const passed = (reason = "") => ({ result: "passed", reason });
const failed = (reason = "") => ({ result: "failed", reason });
const unchecked = (reason = "") => ({ result: "unchecked", reason });
const judged = (good) => (good ? passed() : failed());

function hash(text) {
  const bytes = fromHex(text);
  if (bytes.length !== HASH_BYTES) throw new TypeError("not a hash");
  return bytes;
}

const isPlace = (number) => Number.isSafeInteger(number) && number >= 0;

// The receipt's values, of the right shape; raises where the text is none.
export function readReceipt(text) {
  const { format, transfer, inclusion, checkpoint } = JSON.parse(text);
  const { index, size, path } = inclusion;
  if (format !== FORMAT || !isPlace(index) || !isPlace(size)) throw new TypeError("no receipt");
  if (typeof transfer.id !== "string" || path.length > LONGEST_PATH) throw new TypeError("no receipt");
  const { contents = null } = transfer;
  if (contents !== null && typeof contents !== "string") throw new TypeError("no receipt");
  return {
    id: transfer.id.toLowerCase(),
    hash: hash(transfer.hash),
    contents,
    index,
    size,
    path: path.map(hash),
    checkpoint: readCheckpoint(checkpoint),
  };
}

// `text` null: it did not come. `of`: the id of the entry that it must be about. Gives the steps'
// outcomes by name, and the receipt where it could be read.
export async function checkReceipt(text, { of, key, kept = false }) {
  if (text === null) return { outcomes: allUnchecked(unchecked("missing"), unchecked("earlier")) };
  let receipt;
  try {
    receipt = readReceipt(text);
  } catch {
    return { outcomes: allUnchecked(failed(), unchecked("earlier")) };
  }
  const about = receipt.id === of.toLowerCase() ? passed() : failed("other");
  const outcomes = {
    read: about,
    contents: await checkContents(receipt),
    path: await checkPath(receipt),
    signature: await checkSignature(receipt.checkpoint, key, kept),
  };
  return { receipt, outcomes };
}

function allUnchecked(first, others) {
  return Object.fromEntries(STEPS.map((step) => [step, step === STEPS[0] ? first : others]));
}

// The text of the entry gives its hash, and is about the entry that the receipt names.
async function checkContents({ id, hash: wanted, contents }) {
  if (contents === null) return unchecked("withheld");
  if (!canHash) return unchecked("browser");
  const found = await sha256(new TextEncoder().encode(contents));
  return judged(same(found, wanted) && idIn(contents) === id);
}

function idIn(contents) {
  try { return JSON.parse(contents).id; } catch { return null; }
}

async function checkPath({ hash: entry, index, size, path, checkpoint }) {
  if (!canHash) return unchecked("browser");
  if (size !== checkpoint.size) return failed();
  const leaf = await leafHash(entry);
  return judged(await verifyInclusion(leaf, { index, size, path, root: checkpoint.root }));
}

export async function checkSignature(checkpoint, key, kept) {
  if (!canHash) return unchecked("browser");
  if (!key) return unchecked("key");
  const good = await bearsSignature(checkpoint, key);
  if (good === null) return unchecked();
  const whose = kept ? "kept" : "";
  return good ? passed(whose) : failed(whose);
}

// Today's entry is the one of the kept receipt.
export function checkSame(kept, today) {
  if (!kept || !today) return unchecked();
  return judged(kept.id === today.id && same(kept.hash, today.hash));
}

// The book of the kept checkpoint is the beginning of today's; `path` null: the bank gave none.
export async function checkGrowth(kept, today, path) {
  if (!kept || !today) return unchecked();
  if (!canHash) return unchecked("browser");
  if (kept.checkpoint.origin !== today.checkpoint.origin) return failed();
  if (kept.checkpoint.size > today.checkpoint.size) return failed("shorter");
  if (path === null) return unchecked("missing");
  try {
    return judged(await verifyConsistency(kept.checkpoint, today.checkpoint, path.map(hash)));
  } catch {
    return failed();
  }
}
