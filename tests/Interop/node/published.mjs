// Checks a published log with an implementation of RFC 9162 that this project did not write, and with node:crypto:
//
//   node published.mjs log FOLDER KEYS
//   node published.mjs proof FILE KEYS
//   node published.mjs consistency FILE KEYS OLD-CHECKPOINT NEW-CHECKPOINT     FILE: what 'exchange audit proof --consistency --json' wrote
//
// KEYS is a file of verifier keys, a line each. One object of JSON on standard output; exit code 0 only if all is sound.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import library from '@transmute/rfc9162';

const rfc9162 = library.default ?? library; // It is a CommonJS module.
const BUNDLE = 256;
const ED25519 = 1;
const ECDSA = 2;
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const [verb, path, keyFile, ...more] = process.argv.slice(2);
let report = {};
try {
  const keys = readKeys(keyFile);
  if (verb === 'log') await checkLog(path, keys);
  else if (verb === 'proof') await checkProof(path, keys);
  else if (verb === 'consistency') await checkConsistency(path, keys, more);
  else throw new Error(`there is no verb ${verb}`);
} catch (fault) {
  report.problem = fault.message;
}
console.log(JSON.stringify(report));
process.exitCode = report.problem === undefined ? 0 : 1;

function readKeys(file) {
  return readFileSync(file, 'utf8').split('\n').filter(line => line.length > 0).map(line => {
    const [name, id] = line.split('+', 2);
    const material = Buffer.from(line.slice(name.length + id.length + 2), 'base64');
    const der = material[0] === ED25519 ? Buffer.concat([ED25519_PREFIX, material.subarray(1)]) : material.subarray(1);
    if (material[0] !== ED25519 && material[0] !== ECDSA) throw new Error(`key type ${material[0]} is unknown`);
    return { name, id, kind: material[0], key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
  });
}

// Every key has to have signed: a line that is missing is a fault here.
function openCheckpoint(note, keys) {
  const cut = note.indexOf('\n\n');
  const text = note.slice(0, cut + 1);
  const lines = note.slice(cut + 2).split('\n');
  for (const { name, id, kind, key } of keys) {
    const isSigned = lines.some(line => {
      const [dash, who, encoded] = line.split(' ');
      const signature = Buffer.from(encoded ?? '', 'base64');
      return dash === '—' && who === name && signature.subarray(0, 4).toString('hex') === id
        && verify(kind === ED25519 ? null : 'sha256', Buffer.from(text, 'utf8'), key, signature.subarray(4));
    });
    if (!isSigned) throw new Error(`${name}+${id} has not signed the checkpoint`);
  }
  const [origin, size, root] = text.split('\n');
  return { origin, size: Number(size), root: new Uint8Array(Buffer.from(root, 'base64')) };
}

async function checkLog(folder, keys) {
  const checkpoint = openCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'), keys);
  const entries = [];
  for (let first = 0; first < checkpoint.size; first += BUNDLE) {
    const width = Math.min(BUNDLE, checkpoint.size - first);
    const bundle = readFileSync(join(folder, 'tile', 'entries', tilePath(first / BUNDLE) + (width === BUNDLE ? '' : `.p/${width}`)));
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      entries.push(new Uint8Array(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))));
    }
  }
  report = { origin: checkpoint.origin, size: checkpoint.size, entries: entries.length };
  if (entries.length !== checkpoint.size) throw new Error(`there are ${entries.length} entries`);
  if (!await rfc9162.verifyTree(checkpoint.root, entries)) throw new Error('the entries do not have the root of the checkpoint');
}

async function checkProof(file, keys) {
  const text = readFileSync(file, 'utf8');
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, cut).split('\n');
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Error('this is no tlog-proof');
  const entry = Buffer.from(lines.shift().replace('extra ', ''), 'base64');
  const index = Number(lines.shift().replace('index ', ''));
  const checkpoint = openCheckpoint(text.slice(cut + 2), keys);
  report = { origin: checkpoint.origin, size: checkpoint.size, index };
  const leaf = new Uint8Array(createHash('sha256').update(Buffer.of(0)).update(entry).digest());
  const proof = { log_id: '', tree_size: checkpoint.size, leaf_index: index, inclusion_path: decode(lines) };
  if (!await rfc9162.verifyInclusionProof(checkpoint.root, leaf, proof)) throw new Error('the proof does not lead to the root of the checkpoint');
}

async function checkConsistency(file, keys, [oldFile, newFile]) {
  const [old, whole] = [oldFile, newFile].map(name => openCheckpoint(readFileSync(name, 'utf8'), keys));
  const path = JSON.parse(readFileSync(file, 'utf8')).path.map(hash => new Uint8Array(Buffer.from(hash, 'hex')));
  report = { origin: whole.origin, size: whole.size, old_size: old.size };
  if (old.origin !== whole.origin) throw new Error('the checkpoints are of two logs');

  // RFC 9162, 2.1.4.2, step 2: where the earlier size is a power of two its root comes first. The library leaves the step to its caller.
  if (Number.isInteger(Math.log2(old.size))) path.unshift(old.root);
  const proof = { log_id: '', tree_size_1: old.size, tree_size_2: whole.size, consistency_path: path };
  if (!await rfc9162.verifyConsistencyProof(old.root, whole.root, proof)) throw new Error('the later checkpoint does not continue the earlier one');
}

function decode(lines) {
  return lines.map(line => new Uint8Array(Buffer.from(line, 'base64')));
}

function tilePath(number) {
  const last = String(number % 1000).padStart(3, '0');
  return number < 1000 ? last : `${tilePath(Math.floor(number / 1000)).replace(/(\d{3})$/, 'x$1')}/${last}`;
}
