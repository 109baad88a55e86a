// What both directions share: the test service's messages, credentials from PEM texts, and one JSON object a line on either side.

import path from 'node:path';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// The next object from standard input; undefined at its end.
export async function hear() {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

export const tell = object => process.stdout.write(`${JSON.stringify(object)}\n`);

export const loadTesting = protos =>
  grpc.loadPackageDefinition(protoLoader.loadSync(path.join(protos, 'testing.proto'), { keepCase: true, defaults: true, enums: String })).grpc.testing;

export const zeros = size => ({ type: 'COMPRESSABLE', body: Buffer.alloc(size) });

// The size of a payload; -1 if it is not all zeros.
export const sizeOf = payload => payload ? (payload.body.every(byte => byte === 0) ? payload.body.length : -1) : 0;

export const LARGE = { request: 271828, response: 314159 };
export const INITIAL = 'x-grpc-test-echo-initial';
export const TRAILING = 'x-grpc-test-echo-trailing-bin';
