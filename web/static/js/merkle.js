// Merkle trees after RFC 6962, as ledger/merkle.py has them: whether a path leads to a root.
// Hashes are Uint8Arrays of 32 bytes. Sizes may pass 32 bits, so no bit operators.

export const HASH_BYTES = 32;

export const canHash = Boolean(globalThis.crypto?.subtle);

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function fromHex(text) {
  if (typeof text !== "string" || !/^([0-9a-f]{2})*$/.test(text)) throw new TypeError("not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

export function leafHash(data) {
  return sha256(Uint8Array.of(0, ...data));
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1, ...left, ...right));
}

const odd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);

// Where a lone right edge, which has no neighbour, meets one.
function upTheEdge(index, last) {
  while (index && !odd(index)) [index, last] = [half(index), half(last)];
  return [index, last];
}

// RFC 9162, 2.1.3.2.
export async function verifyInclusion(leaf, { index, size, path, root }) {
  if (!(index >= 0 && index < size)) return false;
  let node = leaf;
  let last = size - 1;
  for (const neighbour of path) {
    if (last === 0) return false;
    if (odd(index) || index === last) {
      node = await nodeHash(neighbour, node);
      [index, last] = upTheEdge(index, last);
    } else {
      node = await nodeHash(node, neighbour);
    }
    [index, last] = [half(index), half(last)];
  }
  return last === 0 && same(node, root);
}

// RFC 9162, 2.1.4.2: whether the old tree is the new one's beginning.
export async function verifyConsistency(old, today, path) {
  if (old.size === today.size) return path.length === 0 && same(old.root, today.root);
  if (!(old.size > 0 && old.size < today.size)) return false;
  let index = old.size - 1;
  let last = today.size - 1;
  while (odd(index)) [index, last] = [half(index), half(last)];
  // An old tree that is whole is itself the first node of the path.
  const [first, ...rest] = index === 0 ? [old.root, ...path] : path;
  if (!first) return false;
  let oldNode = first;
  let node = first;
  for (const neighbour of rest) {
    if (last === 0) return false;
    if (odd(index) || index === last) {
      oldNode = await nodeHash(neighbour, oldNode);
      node = await nodeHash(neighbour, node);
      [index, last] = upTheEdge(index, last);
    } else {
      node = await nodeHash(node, neighbour);
    }
    [index, last] = [half(index), half(last)];
  }
  return last === 0 && same(oldNode, old.root) && same(node, today.root);
}
