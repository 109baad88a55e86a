// The unary and streaming calls of the cases about compression, on node:http2 and node:zlib alone: no gRPC library, so that the compressed flag
// of each message can be judged as it comes and set as the request says (grpc/doc/PROTOCOL-HTTP2.md).

import { createSecureServer } from 'node:http2';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sizeOf, tell, zeros } from './testing.mjs';

const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

export function listenOnTheWire({ anchor, certificate, key }, service) {
  const methods = new Map(Object.values(service).map(method => [method.path, method]));
  const server = createSecureServer({ ca: anchor, cert: certificate, key, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' });
  server.on('stream', (stream, headers) => {
    const chunks = [];
    stream.on('error', () => {});
    stream.on('data', chunk => chunks.push(chunk));
    stream.on('end', () => serve(stream, headers, methods.get(headers[':path']), readFrames(Buffer.concat(chunks))));
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function serve(stream, headers, method, frames) {
  const name = headers[':path'].split('/').at(-1);
  const requests = frames.map(({ compressed, bytes }) => ({ compressed, ...method.requestDeserialize(compressed ? gunzipSync(bytes) : bytes) }));
  const sizes = requests.map(request => sizeOf(request.payload));
  const unexpected = requests.some(({ compressed, expect_compressed }) => expect_compressed && expect_compressed.value !== compressed);
  const answers = unexpected ? [] : answersTo[name]?.(requests, sizes);
  const status = unexpected ? INVALID_ARGUMENT : answers ? 0 : UNIMPLEMENTED;

  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip', 'grpc-accept-encoding': 'identity,gzip' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }));
  (answers ?? []).forEach(({ compressed, message }) => stream.write(frame(method.responseSerialize(message), compressed)));
  stream.end();
  tell({ case: headers['x-case'] ?? '', method: name, sizes, ended: status === 0 ? 'OK' : String(status), peer: '' });
}

const answersTo = {
  UnaryCall: ([request]) => [{ compressed: request.response_compressed?.value ?? false, message: { payload: zeros(request.response_size) } }],
  StreamingInputCall: (requests, sizes) => [{ compressed: false, message: { aggregated_payload_size: sizes.reduce((sum, size) => sum + size, 0) } }],
  StreamingOutputCall: ([request]) => request.response_parameters.map(({ size, compressed }) => ({ compressed: compressed?.value ?? false, message: { payload: zeros(size) } })),
};

function readFrames(bytes) {
  const frames = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 1);
    frames.push({ compressed: bytes[at] === 1, bytes: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return frames;
}

function frame(message, compressed) {
  const payload = compressed ? gzipSync(message) : message;
  const prefix = Buffer.alloc(5);
  prefix[0] = compressed ? 1 : 0;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}
