// Checks a receipt with node:crypto alone: docs/formats.md, section 8.

import { createPublicKey, verify } from 'node:crypto';
import { ascii, equal, join, keyId, prefixed, sha256, u64 } from './bytes.mjs';

const MAXIMUM_PATH = 32;

// The one receipt key that is trusted is a JSON Web Key; receipt has the fields of the table, numbers as BigInt. Returns what is wrong.
export function checkReceipt(receipt, bound, trustedKey, origin) {
  const digests = [receipt.leaf_hash, receipt.batch_root, receipt.key_id, ...receipt.path];
  if (digests.some(digest => digest.length !== 32) || receipt.signature.length !== 64 || receipt.path.length > MAXIMUM_PATH) return 'malformed';
  if (receipt.log_origin !== origin) return 'origin differs';
  if (!equal(receipt.key_id, keyId(trustedKey))) return 'key unknown';

  const leaf = sha256(Buffer.of(0), prefixed(Buffer.from(receipt.log_origin, 'utf8')), u64(receipt.index), receipt.leaf_hash, bound);
  const root = rootOf(leaf, receipt.batch_position, receipt.batch_size, receipt.path);
  if (root === null) return 'malformed';
  if (!equal(root, receipt.batch_root)) return 'root mismatch';

  const statement = join(ascii('exchange.receipt-batch.v1\0'), u64(receipt.batch_size), receipt.batch_root);
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: trustedKey.x, y: trustedKey.y }, format: 'jwk' });
  return verify('sha256', statement, { key, dsaEncoding: 'ieee-p1363' }, receipt.signature) ? 'sound' : 'signature invalid';
}

function rootOf(leaf, position, size, path) {
  let hash = leaf;
  let last = size - 1n;
  if (position > last) return null;
  for (const sibling of path) {
    if (last === 0n) return null;
    if (position % 2n === 1n || position === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (position % 2n === 0n && position !== 0n) [position, last] = [position / 2n, last / 2n];
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    [position, last] = [position / 2n, last / 2n];
  }
  return last === 0n ? hash : null;
}
