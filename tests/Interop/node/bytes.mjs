// Byte strings as docs/formats.md, section 1, writes them.

import { createHash } from 'node:crypto';

export const ascii = text => Buffer.from(text, 'ascii');
export const hex = bytes => Buffer.from(bytes).toString('hex');
export const unhex = text => Buffer.from(text, 'hex');
export const join = (...parts) => Buffer.concat(parts);
export const equal = (left, right) => Buffer.compare(left, right) === 0;
export const sha256 = (...parts) => createHash('sha256').update(join(...parts)).digest();

export function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export const prefixed = bytes => join(u32(bytes.length), bytes);

// RFC 7638, section 2 of docs/formats.md.
export const keyId = jwk => sha256(ascii(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`));
