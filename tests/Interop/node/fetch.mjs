// node fetch.mjs --address localhost:5443 --anchor anchor.pem --cert member.pem --key member.key --encryption-key encryption.key
//   --receipt-key receipt.pub --origin exchange.test/node-1 --provider spiffe://... --dataset purchases --purpose tax-deduction
//   --scheme customer --subject 17850 --fields order_number,total --protos ../../../protos [--dataset-proto purchases.proto]
//   [--period-start microseconds] [--period-end microseconds]
// Fetches one page over mutual TLS, opens and checks the envelope, and prints one JSON object. A refusal is printed with the verdict
// on its receipt; the exit code is then 1.

import { createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { equal, hex } from './bytes.mjs';
import { describeAnswers, describeTerms, openEnvelope, Rejected } from './envelope.mjs';
import { loadMessages, loadRecord, receiptOf } from './messages.mjs';
import { checkReceipt } from './receipt.mjs';
import { readRefusal } from './refusal.mjs';

const MINUTE = 60_000;
const DEADLINE = 10_000;
const REQUIRED = [
  'address', 'anchor', 'cert', 'key', 'encryption-key', 'receipt-key', 'origin', 'provider', 'dataset', 'purpose', 'scheme', 'subject', 'fields', 'protos'];

const OPTIONAL = ['dataset-proto', 'period-start', 'period-end'];

const { values: given } = parseArgs({ options: Object.fromEntries([...REQUIRED, ...OPTIONAL].map(name => [name, { type: 'string' }])) });
const missing = REQUIRED.filter(name => given[name] === undefined);
if (missing.length > 0) {
  console.error(`missing: ${missing.map(name => `--${name}`).join(' ')}`);
  process.exit(2);
}

const messages = loadMessages(given.protos);
const receiptKey = createPublicKey(readFileSync(given['receipt-key'])).export({ format: 'jwk' });
const answer = await fetchPage().then(describePage, describeFailure);
console.log(JSON.stringify(answer, null, 2));
process.exitCode = answer.receipt?.verdict === 'sound' && answer.answers_request ? 0 : 1;

async function fetchPage() {
  const definition = protoLoader.loadSync('exchange/v1/transfers.proto', {
    includeDirs: [path.resolve(given.protos)], keepCase: true, longs: String, defaults: true });
  const { Transfers } = grpc.loadPackageDefinition(definition).exchange.v1;
  const credentials = grpc.credentials.createSsl(readFileSync(given.anchor), readFileSync(given.key), readFileSync(given.cert));
  const client = new Transfers(given.address, credentials);
  const now = Date.now();
  const request = {
    request_id: randomBytes(16),
    node_origin: given.origin,
    issue_time: microseconds(now),
    expire_time: microseconds(now + 5 * MINUTE),
    provider: given.provider,
    dataset: given.dataset,
    purpose: given.purpose,
    subject: { scheme: given.scheme, value: given.subject },
    fields: given.fields.split(','),
    period: { start: given['period-start'] ?? '0', end: given['period-end'] ?? '0' },
  };
  try {
    const response = await promisify(client.Fetch.bind(client))(request, { deadline: now + DEADLINE });
    return { request, response };
  } finally {
    client.close();
  }
}

async function describePage({ request, response: { envelope, next_page_token } }) {
  try {
    const opened = await openEnvelope(envelope, await importEncryptionKey(), memberOf(readFileSync(given.cert)));
    const readRecord = given['dataset-proto'] ? loadRecord(given.protos, given['dataset-proto']) : hex;
    return {
      transfer_id: hex(opened.header.transfer_id),
      answers_request: equal(opened.header.request_id, request.request_id)
        && ['provider', 'dataset', 'purpose'].every(name => opened.header[name] === request[name]) && opened.header.origin === request.node_origin,
      page_number: String(opened.header.page_number),
      last_page: opened.header.last_page,
      next_page_token: hex(next_page_token),
      records: opened.payload.records.map(readRecord),
      answers: describeAnswers(opened.payload.answers),
      terms: describeTerms(opened.payload.terms),
      commitment: hex(opened.commitment),
      object_digest: hex(opened.objectDigest),
      receipt: {
        index: String(envelope.receipt.index),
        verdict: checkReceipt(receiptOf(envelope.receipt), opened.objectDigest, receiptKey, given.origin),
      },
    };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { rejected: error.message };
  }
}

function describeFailure(error) {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  return details ? readRefusal(details, messages, receiptKey, given.origin) : { code: error.code, message: error.details ?? error.message };
}

async function importEncryptionKey() {
  const pem = readFileSync(given['encryption-key'], 'ascii');
  const [, base64] = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(pem);
  const key = await webcrypto.subtle.importKey('pkcs8', Buffer.from(base64, 'base64'), { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const { kty, crv, x, y, d } = await webcrypto.subtle.exportKey('jwk', key);
  return { kty, crv, x, y, d };
}

// The one URI among a certificate's names is the member's id.
function memberOf(certificate) {
  const names = new X509Certificate(certificate).subjectAltName.split(', ').filter(name => name.startsWith('URI:'));
  if (names.length !== 1) throw new Error(`the certificate has ${names.length} URI names, not one`);
  return names[0].slice('URI:'.length);
}

function microseconds(milliseconds) {
  return `${milliseconds}000`;
}
