// The wire format of Protocol Buffers, read strictly: docs/formats.md, section 1. A schema maps field numbers to
// { name, type, repeated, message }; type is one of bytes, string, uint (32 bits), int (64 bits), enum,
// bool, message.

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const VARINT = 0;
const LENGTH_DELIMITED = 2;

export function readCanonical(bytes, schema) {
  const message = Object.fromEntries(Object.values(schema).map(field => [field.name, empty(field)]));
  let last = 0;
  for (let at = 0; at < bytes.length;) {
    const key = readVarint(bytes, at);
    const [number, wireType] = [Number(key.value >> 3n), Number(key.value & 7n)];
    const field = schema[number];
    if (!field) throw new Error(`unknown field ${number}`);
    if (number < last || (number === last && !field.repeated)) throw new Error(`field ${number} after field ${last}`);
    if (wireType !== (isVarint(field) ? VARINT : LENGTH_DELIMITED)) throw new Error(`field ${number} has wire type ${wireType}`);
    last = number;

    const start = readVarint(bytes, key.end);
    at = isVarint(field) ? start.end : start.end + Number(start.value);
    if (at > bytes.length) throw new Error(`field ${number} runs over the end`);
    const value = isVarint(field) ? scalar(field, start.value) : delimited(field, bytes.subarray(start.end, at));
    if (field.repeated) message[field.name].push(value);
    else message[field.name] = value;
  }
  return message;
}

const isVarint = field => ['uint', 'int', 'enum', 'bool'].includes(field.type);

function empty(field) {
  if (field.repeated) return [];
  return { bytes: new Uint8Array(0), string: '', uint: 0n, int: 0n, enum: 0n, bool: false, message: null }[field.type];
}

function scalar(field, value) {
  if (value === 0n) throw new Error(`${field.name} is an explicit zero`);
  if (field.type === 'bool' && value !== 1n) throw new Error(`${field.name} is no bool`);
  if (field.type === 'uint' && value > 0xFFFFFFFFn) throw new Error(`${field.name} is wider than 32 bits`);
  const signed = BigInt.asIntN(64, value);
  if (field.type === 'enum' && signed !== BigInt.asIntN(32, signed)) throw new Error(`${field.name} is wider than 32 bits`);
  if (field.type === 'bool') return true;
  return field.type === 'uint' ? value : signed;
}

function delimited(field, bytes) {
  if (field.type === 'message') return readCanonical(bytes, field.message);
  if (bytes.length === 0 && !field.repeated) throw new Error(`${field.name} is explicitly empty`);
  return field.type === 'string' ? utf8.decode(bytes) : bytes;
}

function readVarint(bytes, at) {
  let value = 0n;
  for (let shift = 0n, position = at; shift < 70n && position < bytes.length; shift += 7n, position++) {
    const byte = bytes[position];
    value |= BigInt(byte & 0x7F) << shift;
    if (byte < 0x80) {
      if (byte === 0 && position > at) throw new Error('a varint is longer than need be');
      if (value >= 1n << 64n) throw new Error('a varint is wider than 64 bits');
      return { value, end: position + 1 };
    }
  }
  throw new Error('a varint does not end');
}
