// Envelope, Receipt, Status and Refusal are ordinary messages (docs/formats.md, sections 3, 8 and 9), read by protobufjs from the schemas.

import path from 'node:path';
import protobuf from 'protobufjs';

const asPlainObject = { longs: String, bytes: Buffer, defaults: true, arrays: true };

export function loadMessages(protos) {
  const root = load(protos, ['exchange/format/v1/envelope.proto', 'exchange/v1/values.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto']);
  return {
    envelope: decoder(root.lookupType('exchange.format.v1.Envelope')),
    status: decoder(root.lookupType('google.rpc.Status')),
    errorInfo: decoder(root.lookupType('google.rpc.ErrorInfo')),
    refusal: decoder(root.lookupType('exchange.v1.Refusal')),
  };
}

// A dataset's record is the message of its file that bears the dataset option.
export function loadRecord(protos, file) {
  const root = load(protos, [path.resolve(file)]);
  const isDataset = type => Object.keys(type.options ?? {}).some(option => option.startsWith('(exchange.annotations.v1.dataset)'));
  const types = [...everyType(root)].filter(type => isDataset(type));
  if (types.length !== 1) throw new Error(`${file} has ${types.length} messages with the dataset option, not one`);
  return decoder(types[0], { enums: String, defaults: false, arrays: false });
}

function load(protos, files) {
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) => (path.isAbsolute(target) ? target : path.join(protos, target));
  return root.loadSync(files, { keepCase: true });
}

function decoder(type, options = {}) {
  return bytes => type.toObject(type.decode(bytes), { ...asPlainObject, ...options });
}

function* everyType(namespace) {
  for (const member of namespace.nestedArray) {
    if (member instanceof protobuf.Type) yield member;
    if (member instanceof protobuf.Namespace) yield* everyType(member);
  }
}

// Numbers of 64 bits arrive as text.
export const receiptOf = receipt => receipt && {
  ...receipt,
  index: BigInt(receipt.index),
  batch_position: BigInt(receipt.batch_position),
  batch_size: BigInt(receipt.batch_size),
};
