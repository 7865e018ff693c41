'use strict';
// Strict DER for schemas written as JavaScript values.
//
// A schema is {tag, low, high}, the bounds being those of the value or of its
// length; {list: schema, low, high} for a SEQUENCE OF; or an array of
// components [name, context tag or null, schema, optional] for a SEQUENCE. A
// value is a number, a boolean, a Buffer, seconds since 1970 for a time, an
// array, or an object by component name.

const tags = { BOOL: 1, INT: 2, OCT: 4, ENUM: 10, UTF8: 12, NUM: 18, TIME: 24, VIS: 26 };

class Malformed extends Error {}

function tlv(tag, contents) {
  const n = contents.length;
  if (n < 128) return Buffer.concat([Buffer.from([tag, n]), contents]);
  let size = n.toString(16);
  size = Buffer.from(size.length % 2 ? '0' + size : size, 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, contents]);
}

function encodeInt(value) {
  const octets = [];
  do {
    octets.unshift(((value % 256) + 256) % 256);
    value = Math.floor(value / 256);
  } while (!(value === 0 && octets[0] < 128) && !(value === -1 && octets[0] >= 128));
  return Buffer.from(octets);
}

function encode(schema, value, tag = null) {
  if (Array.isArray(schema) || schema.list) {
    const parts = schema.list ? value.map((v) => encode(schema.list, v))
      : schema.filter(([name]) => value[name] !== undefined)
        .map(([name, t, s]) => encode(s, value[name], t));
    return tlv(tag === null ? 0x30 : 0xa0 | tag, Buffer.concat(parts));
  }
  let contents = value;
  if (schema.tag === tags.INT || schema.tag === tags.ENUM) contents = encodeInt(value);
  if (schema.tag === tags.BOOL) contents = Buffer.from([value ? 0xff : 0]);
  if (schema.tag === tags.TIME) contents = Buffer.from(
    new Date(value * 1000).toISOString().replace(/[-:T]|\.000/g, ''));
  return tlv(tag === null ? schema.tag : 0x80 | tag, contents);
}

// One encoding at the front of data: [tag, contents, rest].
function read(data) {
  let n = data[1];
  let at = 2;
  if (n & 0x80) {
    at = 2 + (n & 0x7f);
    n = at > 2 && at < 9 ? parseInt(data.toString('hex', 2, at), 16) : 0;
  }
  if (!(at + n <= data.length)) throw new Malformed('truncated');
  return [data[0], data.subarray(at, at + n), data.subarray(at + n)];
}

const alphabets = { [tags.NUM]: /^[0-9 ]*$/, [tags.VIS]: /^[ -~]*$/ };

function leaf({ tag, low, high }, data) {
  let value = data;
  let size = data.length;
  if (tag === tags.INT || tag === tags.ENUM) {
    if (size < 1 || size > 6) throw new Malformed('integer');
    value = size = data.readIntBE(0, size);
  } else if (tag === tags.BOOL) {
    return data[0] !== 0;
  } else if (tag === tags.TIME) {
    const f = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(data.toString('latin1'));
    if (!f) throw new Malformed('time');
    return Date.UTC(f[1], f[2] - 1, f[3], f[4], f[5], f[6]) / 1000;
  } else if (alphabets[tag] && !alphabets[tag].test(data.toString('latin1'))) {
    throw new Malformed('alphabet');
  }
  if (size < low || size > high) throw new Malformed('constraint');
  return value;
}

function inside(schema, data) {
  if (schema.list) {
    const items = [];
    while (data.length) {
      let contents, tag;
      [tag, contents, data] = read(data);
      items.push(leaf(schema.list, contents));
    }
    if (items.length < schema.low || items.length > schema.high) throw new Malformed('count');
    return items;
  }
  if (!Array.isArray(schema)) return leaf(schema, data);
  const value = {};
  for (const [name, context, sub, optional] of schema) {
    const built = Array.isArray(sub) || sub.list;
    const want = context === null ? (built ? 0x30 : sub.tag) : (built ? 0xa0 : 0x80) | context;
    if (optional && data[0] !== want) continue;
    let tag, contents;
    [tag, contents, data] = read(data);
    if (tag !== want) throw new Malformed('tag');
    value[name] = inside(sub, contents);
  }
  if (data.length) throw new Malformed('trailing');
  return value;
}

// The value of an encoding; it is DER because encoding it again must agree.
function decode(schema, data) {
  const { it } = inside([['it', null, schema, 0]], data);
  if (!encode(schema, it).equals(data)) throw new Malformed('not DER');
  return it;
}

module.exports = { ...tags, Malformed, encode, decode };
