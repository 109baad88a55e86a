// node server.mjs, then on standard input: one object with PEM texts and the folder of the proto. Prints {"port", "wirePort"} and then, for each
// call that has ended, what it saw of it: {"case", "method", "sizes", "ended", "peer"}. Ends with its input.
//
// Serves gRPC's interoperability cases twice: with grpc-js, which can neither see nor set the compressed flag of a message, and, for the cases
// that are about that flag, on node:http2 with the flags in plain sight (wire.mjs).

import grpc from '@grpc/grpc-js';
import { hear, INITIAL, loadTesting, sizeOf, tell, TRAILING, zeros } from './testing.mjs';
import { listenOnTheWire } from './wire.mjs';

const { anchor, certificate, key, protos } = await hear();
const { TestService } = loadTesting(protos);
const pem = text => Buffer.from(text);
const credentials = grpc.ServerCredentials.createSsl(pem(anchor), [{ private_key: pem(key), cert_chain: pem(certificate) }], true);

// Reports a call once, however it ends: by its answer, or by the client's cancellation, whichever is first.
function record(call, method) {
  const sizes = [];
  let open = true;
  const end = ended => {
    if (!open) return;
    open = false;
    const peer = call.getAuthContext().sslPeerCertificate?.subjectaltname ?? '';
    tell({ case: call.metadata.get('x-case')[0] ?? '', method, sizes, ended, peer });
  };
  call.on('cancelled', () => end('Cancelled'));
  return { sizes, end };
}

// A reset ends the requests as well, and grpc-js says so before it says that the call was cancelled.
const onHalfClose = (call, action) => call.on('end', () => setImmediate(() => { if (!call.cancelled) action(); }));

function echoMetadata(call) {
  const initial = new grpc.Metadata();
  call.metadata.get(INITIAL).forEach(value => initial.set(INITIAL, value));
  call.sendMetadata(initial);
  const trailing = new grpc.Metadata();
  call.metadata.get(TRAILING).forEach(value => trailing.set(TRAILING, value));
  return trailing;
}

const asked = ({ code, message }) => ({ code, details: message });

function answer(call, seen, request) {
  seen.sizes.push(sizeOf(request.payload));
  request.response_parameters.forEach(({ size }) => call.write({ payload: zeros(size) }));
}

const handlers = {
  EmptyCall(call, callback) {
    const seen = record(call, 'EmptyCall');
    callback(null, {});
    seen.end('OK');
  },

  UnaryCall(call, callback) {
    const seen = record(call, 'UnaryCall');
    const { request } = call;
    seen.sizes.push(sizeOf(request.payload));
    const trailing = echoMetadata(call);
    if (request.response_status) callback(asked(request.response_status));
    else callback(null, { payload: zeros(request.response_size) }, trailing);
    seen.end(request.response_status ? String(request.response_status.code) : 'OK');
  },

  StreamingOutputCall(call) {
    const seen = record(call, 'StreamingOutputCall');
    answer(call, seen, call.request);
    call.end();
    seen.end('OK');
  },

  StreamingInputCall(call, callback) {
    const seen = record(call, 'StreamingInputCall');
    call.on('data', request => seen.sizes.push(sizeOf(request.payload)));
    onHalfClose(call, () => {
      callback(null, { aggregated_payload_size: seen.sizes.reduce((sum, size) => sum + size, 0) });
      seen.end('OK');
    });
    call.on('error', () => {});
  },

  FullDuplexCall(call) {
    const seen = record(call, 'FullDuplexCall');
    const trailing = echoMetadata(call);
    call.on('data', request => {
      if (request.response_status) {
        call.emit('error', asked(request.response_status));
        seen.end(String(request.response_status.code));
      } else {
        answer(call, seen, request);
      }
    });
    onHalfClose(call, () => {
      call.end(trailing);
      seen.end('OK');
    });
    call.on('error', () => {});
  },
};

const server = new grpc.Server();
server.addService(TestService.service, handlers);
const port = await new Promise((resolve, reject) =>
  server.bindAsync('127.0.0.1:0', credentials, (error, bound) => error ? reject(error) : resolve(bound)));
const wirePort = await listenOnTheWire({ anchor, certificate, key }, TestService.service);
tell({ port, wirePort });

while (await hear());
process.exit();
