// Opens an envelope: docs/formats.md, sections 3 to 7. HPKE is @hpke/core's, AES-GCM is WebCrypto's, HMAC node:crypto's.

import { createHmac, webcrypto } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { ascii, equal, hex, join, keyId, prefixed, sha256 } from './bytes.mjs';
import { payload as payloadSchema, transferHeader, words } from './schemas.mjs';
import { readCanonical } from './wire.mjs';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const MEMBER = /^spiffe:\/\/[a-z0-9._-]+\/(gov|market|audit|ops)\/[a-z0-9._-]+(\/[a-z0-9._-]+)?$/;
const NAME = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

export class Rejected extends Error {}

export const objectDigest = envelope =>
  sha256(ascii('exchange.envelope.v1\0'), prefixed(envelope.header), prefixed(envelope.encapsulated_key), prefixed(envelope.ciphertext));

// recipientKey is a private JSON Web Key; consumer, where given, is the member whose key it is.
export async function openEnvelope(envelope, recipientKey, consumer) {
  const header = readHeader(envelope.header);
  if (consumer !== undefined && header.consumer !== consumer) throw new Rejected('the envelope is for another member');
  if (!equal(header.recipient_key_id, keyId(recipientKey))) throw new Rejected('the envelope is sealed to another key');

  const plaintext = await decrypt(envelope, header, recipientKey);
  const bytes = unpad(plaintext);
  const end = bytes.length - 34;
  if (end < 0 || bytes[end] !== 0x7A || bytes[end + 1] !== 0x20) throw new Rejected('the payload does not end with its salt');
  const commitment = createHmac('sha256', bytes.subarray(end + 2)).update(bytes.subarray(0, end)).digest();
  const payload = strictly(() => readCanonical(bytes, payloadSchema), 'payload');
  return { header, payload, plaintext, commitment, objectDigest: objectDigest(envelope) };
}

export function readHeader(bytes) {
  const header = strictly(() => readCanonical(bytes, transferHeader), 'header');
  const originSize = Buffer.byteLength(header.origin);
  const sound = header.format_version === 1n
    && header.transfer_id.length === 16 && header.request_id.length === 16
    && [header.descriptor_digest, header.policy_digest, header.recipient_key_id].every(digest => digest.length === 32)
    && originSize > 0 && originSize <= 255
    && [header.provider, header.consumer].every(member => MEMBER.test(member) && member.length <= 255)
    && [header.dataset, header.purpose].every(name => NAME.test(name) && name.length <= 64)
    && header.issue_time > 0n && header.expire_time >= 0n && header.page_number > 0n;
  if (!sound) throw new Rejected('a field of the header has the wrong size or form');
  return header;
}

async function decrypt(envelope, header, recipientKey) {
  if (envelope.encapsulated_key.length !== 65 || envelope.encapsulated_key[0] !== 0x04) throw new Rejected('the encapsulated key is no uncompressed point');
  const info = join(
    ascii('exchange.hpke.v1\0'), prefixed(Buffer.from(header.origin, 'utf8')), prefixed(Buffer.from(header.consumer, 'utf8')), header.recipient_key_id);
  try {
    const privateKey = await suite.kem.importKey('jwk', { ...recipientKey, key_ops: ['deriveBits'] }, false);
    const context = await suite.createRecipientContext({ recipientKey: privateKey, enc: exact(envelope.encapsulated_key), info: exact(info) });
    const exported = new Uint8Array(await context.export(exact(join(ascii('exchange.v1'), header.transfer_id)), 44));
    const key = await webcrypto.subtle.importKey('raw', exported.subarray(0, 32), 'AES-GCM', false, ['decrypt']);
    return new Uint8Array(await webcrypto.subtle.decrypt(
      { name: 'AES-GCM', iv: exported.subarray(32), additionalData: envelope.header, tagLength: 128 }, key, envelope.ciphertext));
  } catch (cause) {
    throw new Rejected('header, encapsulated key or ciphertext is not what was sealed', { cause });
  }
}

function unpad(plaintext) {
  if (plaintext.length < 256) throw new Rejected('the plaintext is shorter than any');
  const end = 4 + Buffer.from(plaintext.buffer, plaintext.byteOffset, 4).readUInt32BE();
  if (end > plaintext.length) throw new Rejected('the length does not fit');
  if (plaintext.length !== padded(end) || plaintext.subarray(end).some(byte => byte !== 0)) throw new Rejected('the padding is wrong');
  return plaintext.subarray(4, end);
}

export function padded(length) {
  if (length <= 256) return 256;
  const exponent = Math.floor(Math.log2(length));
  const unit = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(length / unit) * unit;
}

// What is printed: byte strings as hexadecimal, times and counts as decimal text, words for the numbers of enumerations.
export function describeTerms(terms) {
  return terms && {
    legal_basis: words.legal_basis[terms.legal_basis] ?? String(terms.legal_basis),
    legal_reference: terms.legal_reference,
    consent_reference: hex(terms.consent_reference),
    withheld: terms.withheld.map(({ path, reason }) => ({ path, reason: words.reason[reason] ?? String(reason) })),
    obligations: terms.obligations && {
      retention: String(terms.obligations.retention),
      no_onward_transfer: terms.obligations.no_onward_transfer,
      maximum_period: String(terms.obligations.maximum_period),
    },
  };
}

export const describeAnswers = answers => answers.map(({ assertion, verdict }) => ({ assertion, verdict: words.verdict[verdict] ?? String(verdict) }));

function strictly(read, what) {
  try {
    return read();
  } catch (cause) {
    throw new Rejected(`the ${what} is not in canonical serialisation: ${cause.message}`, { cause });
  }
}

// @hpke/core takes the whole ArrayBuffer of what it is given; a Buffer may be a window on a larger one.
const exact = bytes => Uint8Array.from(bytes).buffer;
