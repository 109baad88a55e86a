// node client.mjs, then on standard input: one object with addresses, PEM texts and the folder of the proto; after it {"case": "..."} a line.
// Runs the client's part of gRPC's interoperability cases and answers each with {"case", "ok", "error"}. Ends with its input.

import assert from 'node:assert/strict';
import grpc from '@grpc/grpc-js';
import { hear, INITIAL, LARGE, loadTesting, sizeOf, tell, TRAILING, zeros } from './testing.mjs';

const { address, withoutCertificate, anchor, certificate, key, protos } = await hear();
const { TestService, UnimplementedService } = loadTesting(protos);
const { status } = grpc;

const pem = text => Buffer.from(text);
const known = grpc.credentials.createSsl(pem(anchor), pem(key), pem(certificate));
const unknown = grpc.credentials.createSsl(pem(anchor));
const NO_COMPRESS = 2;

// A unary call, or one whose responses are gathered: its status in any case, for the cases to judge.
function unary(caller, method, request, metadata = new grpc.Metadata(), options = {}) {
  return new Promise(resolve => {
    const seen = {};
    const call = caller[method](request, metadata, options, (error, response) => { seen.error = error; seen.response = response; });
    call.on('metadata', initial => { seen.initial = initial; });
    call.on('status', ended => resolve({ ...seen, status: ended }));
  });
}

function collect(call, onMessage = () => {}) {
  return new Promise(resolve => {
    const seen = { responses: [] };
    call.on('metadata', initial => { seen.initial = initial; });
    call.on('data', response => { seen.responses.push(response); onMessage(seen.responses.length); });
    call.on('error', error => { seen.error = error; });
    call.on('status', ended => resolve({ ...seen, status: ended }));
  });
}

const large = more => ({ response_size: LARGE.response, payload: zeros(LARGE.request), ...more });
const sizes = seen => seen.responses.map(response => sizeOf(response.payload));

function succeeded(seen) {
  assert.equal(seen.status.code, status.OK, seen.status.details);
}

function succeededLarge(seen) {
  succeeded(seen);
  assert.equal(sizeOf(seen.response.payload), LARGE.response);
}

// Names the case in the metadata of each of its calls.
let running = '';
const named = (options, nextCall) => new grpc.InterceptingCall(nextCall(options), {
  start(metadata, listener, next) {
    metadata.set('x-case', running);
    next(metadata, listener);
  },
});

// Node's streams take no flags with a write, so an interceptor says which messages go uncompressed.
const compressedIf = isCompressed => [named, (options, nextCall) => {
  const call = nextCall(options);
  const send = call.sendMessageWithContext.bind(call);
  call.sendMessageWithContext = (context, message) => send(isCompressed(message) ? context : { ...context, flags: NO_COMPRESS }, message);
  return call;
}];
const asTheySay = { interceptors: compressedIf(message => message.expect_compressed?.value) };
const never = { interceptors: compressedIf(() => false) };

const clients = [];

function open(Service, target, credentials, options = {}) {
  const opened = new Service(target, credentials, { interceptors: [named], ...options });
  clients.push(opened);
  return opened;
}

const client = open(TestService, address, known);
const compressing = open(TestService, address, known, { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip });

async function pingPong(call, pairs) {
  let next = 0;
  const send = () => {
    const pair = pairs[next++];
    if (pair) call.write({ response_parameters: [{ size: pair[1] }], payload: zeros(pair[0]) });
    else call.end();
  };
  const done = collect(call, send);
  send();
  return done;
}

function echoing() {
  const metadata = new grpc.Metadata();
  metadata.set(INITIAL, 'test_initial_metadata_value');
  metadata.set(TRAILING, Buffer.from('ababab', 'hex'));
  return metadata;
}

function echoed(seen) {
  succeeded(seen);
  assert.deepEqual(seen.initial.get(INITIAL), ['test_initial_metadata_value']);
  assert.deepEqual(seen.status.metadata.get(TRAILING), [Buffer.from('ababab', 'hex')]);
}

async function statusOf(code, message) {
  const asked = { response_status: { code, message } };
  const single = await unary(client, 'UnaryCall', asked);
  assert.deepEqual([single.status.code, single.status.details], [code, message]);
  const call = client.FullDuplexCall();
  const seen = collect(call);
  call.write(asked);
  call.end();
  const { status: ended } = await seen;
  assert.deepEqual([ended.code, ended.details], [code, message]);
}

const cases = {
  async empty_unary() {
    const seen = await unary(client, 'EmptyCall', {});
    succeeded(seen);
    assert.deepEqual(seen.response, {});
  },

  async large_unary() {
    succeededLarge(await unary(client, 'UnaryCall', large()));
  },

  async concurrent_large_unary() {
    const all = await Promise.all(Array.from({ length: 100 }, () => unary(client, 'UnaryCall', large())));
    all.forEach(succeededLarge);
  },

  async client_compressed_unary() {
    const probe = await unary(compressing, 'UnaryCall', large({ expect_compressed: { value: true } }), new grpc.Metadata(), never);
    assert.equal(probe.status.code, status.INVALID_ARGUMENT);
    succeededLarge(await unary(compressing, 'UnaryCall', large({ expect_compressed: { value: true } }), new grpc.Metadata(), asTheySay));
    succeededLarge(await unary(compressing, 'UnaryCall', large({ expect_compressed: { value: false } }), new grpc.Metadata(), asTheySay));
  },

  async client_compressed_streaming() {
    const first = { expect_compressed: { value: true }, payload: zeros(27182) };
    const stream = async (options, ...requests) => new Promise(resolve => {
      const call = compressing.StreamingInputCall(new grpc.Metadata(), options, (error, response) => resolve({ error, response }));
      requests.forEach(request => call.write(request));
      call.end();
    });
    assert.equal((await stream(never, first)).error.code, status.INVALID_ARGUMENT);
    const { error, response } = await stream(asTheySay, first, { expect_compressed: { value: false }, payload: zeros(45904) });
    assert.equal(error, null);
    assert.equal(response.aggregated_payload_size, 73086);
  },

  async server_compressed_unary() {
    succeededLarge(await unary(client, 'UnaryCall', large({ response_compressed: { value: true } })));
    succeededLarge(await unary(client, 'UnaryCall', large({ response_compressed: { value: false } })));
  },

  async server_compressed_streaming() {
    const response_parameters = [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }];
    const seen = await collect(client.StreamingOutputCall({ response_parameters }));
    succeeded(seen);
    assert.deepEqual(sizes(seen), [31415, 92653]);
  },

  async client_streaming() {
    const { error, response } = await new Promise(resolve => {
      const call = client.StreamingInputCall((error, response) => resolve({ error, response }));
      [27182, 8, 1828, 45904].forEach(size => call.write({ payload: zeros(size) }));
      call.end();
    });
    assert.equal(error, null);
    assert.equal(response.aggregated_payload_size, 74922);
  },

  async server_streaming() {
    const seen = await collect(client.StreamingOutputCall({ response_parameters: [31415, 9, 2653, 58979].map(size => ({ size })) }));
    succeeded(seen);
    assert.deepEqual(sizes(seen), [31415, 9, 2653, 58979]);
  },

  async ping_pong() {
    const seen = await pingPong(client.FullDuplexCall(), [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]);
    succeeded(seen);
    assert.deepEqual(sizes(seen), [31415, 9, 2653, 58979]);
  },

  async empty_stream() {
    const call = client.FullDuplexCall();
    const seen = collect(call);
    call.end();
    succeeded(await seen);
    assert.equal((await seen).responses.length, 0);
  },

  async custom_metadata() {
    const single = await unary(client, 'UnaryCall', large(), echoing());
    succeededLarge(single);
    echoed(single);
    const call = client.FullDuplexCall(echoing());
    const seen = collect(call);
    call.write({ response_parameters: [{ size: LARGE.response }], payload: zeros(LARGE.request) });
    call.end();
    echoed(await seen);
    assert.deepEqual(sizes(await seen), [LARGE.response]);
  },

  status_code_and_message: () => statusOf(2, 'test status message'),

  special_status_message: () => statusOf(2, '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n'),

  async unimplemented_method() {
    assert.equal((await unary(client, 'UnimplementedCall', {})).status.code, status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    assert.equal((await unary(open(UnimplementedService, address, known), 'UnimplementedCall', {})).status.code, status.UNIMPLEMENTED);
  },

  async cancel_after_begin() {
    const { code } = await new Promise(resolve => {
      const call = client.StreamingInputCall(error => resolve(error));
      call.cancel();
    });
    assert.equal(code, status.CANCELLED);
  },

  async cancel_after_first_response() {
    const call = client.FullDuplexCall();
    const seen = collect(call, () => call.cancel());
    call.write({ response_parameters: [{ size: 31415 }], payload: zeros(27182) });
    assert.equal((await seen).status.code, status.CANCELLED);
    assert.deepEqual(sizes(await seen), [31415]);
  },

  async timeout_on_sleeping_server() {
    const call = client.FullDuplexCall(new grpc.Metadata(), { deadline: Date.now() + 1 });
    const seen = collect(call);
    call.write({ payload: zeros(27182) });
    assert.equal((await seen).status.code, status.DEADLINE_EXCEEDED);
  },

  // Not of the description: the two other ways of TLS.
  async without_client_certificate() {
    succeededLarge(await unary(open(TestService, withoutCertificate, unknown), 'UnaryCall', large()));
  },

  async refused_without_client_certificate() {
    const seen = await unary(open(TestService, address, unknown), 'EmptyCall', {}, new grpc.Metadata(), { deadline: Date.now() + 30_000 });
    assert.equal(seen.status.code, status.UNAVAILABLE);
  },
};

for (let asked = await hear(); asked; asked = await hear()) {
  running = asked.case;
  try {
    await cases[asked.case]();
    tell({ case: asked.case, ok: true });
  } catch (error) {
    tell({ case: asked.case, ok: false, error: error.stack ?? String(error) });
  }
}
clients.forEach(opened => opened.close());
process.exit();
