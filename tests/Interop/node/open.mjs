// node open.mjs <vector.json> --protos <folder>
// Opens and checks the worked example of docs/formats.md, compares every value on the way, and prints one JSON object.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { hex, keyId, unhex } from './bytes.mjs';
import { describeAnswers, describeTerms, openEnvelope, Rejected } from './envelope.mjs';
import { loadMessages, receiptOf } from './messages.mjs';
import { checkReceipt } from './receipt.mjs';
import { readRefusal } from './refusal.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { protos: { type: 'string' } } });
const vector = JSON.parse(readFileSync(positionals[0], 'utf8'));
const messages = loadMessages(values.protos);
const { keys } = vector;

const envelope = messages.envelope(unhex(vector.envelope));
const opened = await openEnvelope(envelope, keys.recipient, vector.header.consumer);
const refused = readRefusal(unhex(vector.refusal.status_details), messages, keys.receipt, vector.header.origin);

const agrees = {
  key_ids: hex(keyId(keys.recipient)) === keys.recipient_key_id && hex(keyId(keys.receipt)) === keys.receipt_key_id,
  header: Object.entries(opened.header).every(([name, value]) => String(value instanceof Uint8Array ? hex(value) : value) === String(vector.header[name])),
  plaintext: hex(opened.plaintext) === vector.payload.plaintext,
  records: JSON.stringify(opened.payload.records.map(hex)) === JSON.stringify(vector.payload.records),
  commitment: hex(opened.commitment) === vector.payload.commitment,
  object_digest: hex(opened.objectDigest) === vector.encryption.object_digest,
  refusal: refused.code === vector.refusal.code && refused.message === vector.refusal.message
    && refused.refusal.transfer_id === vector.refusal.transfer_id && refused.refusal.reason === vector.refusal.reason,
};

console.log(JSON.stringify({
  records: opened.payload.records.map(hex),
  answers: describeAnswers(opened.payload.answers),
  terms: describeTerms(opened.payload.terms),
  receipt: { index: String(envelope.receipt.index), verdict: checkReceipt(receiptOf(envelope.receipt), opened.objectDigest, keys.receipt, opened.header.origin) },
  refused,
  agrees,
  flips_rejected: await countRejectedFlips(),
}, null, 2));
process.exitCode = Object.values(agrees).every(Boolean) ? 0 : 1;

// One bit of every byte that is signed for: opening or the receipt must fail.
async function countRejectedFlips() {
  let rejected = 0;
  for (const part of ['header', 'encapsulated_key', 'ciphertext']) {
    for (let position = 0; position < envelope[part].length; position++) {
      const tampered = { ...envelope, [part]: Buffer.from(envelope[part]) };
      tampered[part][position] ^= 0x01;
      try {
        await openEnvelope(tampered, keys.recipient, vector.header.consumer);
        throw new Error(`byte ${position} of ${part} was flipped and the envelope still opened`);
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        rejected++;
      }
    }
  }
  return rejected;
}
