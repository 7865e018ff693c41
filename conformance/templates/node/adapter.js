#!/usr/bin/env node
'use strict';
// An adapter: one JSON line in, one JSON line out (conformance/ADAPTER.md).
// Everything about the protocol is in ikp_seller.js; put your own party there.

const readline = require('readline');
const { PROFILES, Seller, Refused, Unsupported, NoRandomness } = require('./ikp_seller.js');

const HELLO = {
  line: 1, name: 'template-node', version: '1', language: 'JavaScript',
  protocols: { ikp: { roles: ['seller'], profiles: PROFILES } },
  operations: [],
  capabilities: { rand: 'stream', clock: 'virtual', keys: 'import', codes: true },
};
const parties = new Map();
let opened = 0;

const operations = {
  hello: () => HELLO,
  open({ protocol, role, profiles, params }) {
    if (protocol !== 'ikp' || role !== 'seller') throw new Unsupported('role');
    parties.set(`p${++opened}`, new Seller(profiles, params));
    return { h: `p${opened}` };
  },
  step: ({ h, event, rand, now }) => parties.get(h).step(event, rand, now),
  drop: ({ h }) => { parties.delete(h); return {}; },
  reset: () => { parties.clear(); return {}; },
  bye: () => ({}),
};

function answer({ op, in: input }) {
  try {
    if (!Object.hasOwn(operations, op)) throw new Unsupported(op);
    return { ok: operations[op](input || {}) };
  } catch (e) {
    if (e instanceof Refused) return { reject: e.reply };
    if (e instanceof Unsupported) return { unsupported: { what: e.message } };
    if (e instanceof NoRandomness) return { error: { class: 'random' } };
    return { error: { class: 'internal', detail: String(e.stack) } };
  }
}

readline.createInterface({ input: process.stdin, terminal: false }).on('line', (line) => {
  const request = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: request.id, ...answer(request) }) + '\n');
  if (request.op === 'bye') process.exitCode = 0, process.stdin.destroy();
});
