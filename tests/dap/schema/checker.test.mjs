// Proves that the checker lets a correct conversation pass and notices each kind of mistake.
import assert from 'node:assert/strict';
import test from 'node:test';
import {LogChecker} from './checker.mjs';
import {load_schema} from './load.mjs';

const find = load_schema();

function violations(...entries) {
  const found = [];
  const text = entries.map((entry) => JSON.stringify({session: 's', ...entry})).join('\n');
  new LogChecker(find, (line, what) => found.push(`${line}: ${what}`)).check(text);
  return found;
}

const request = (seq, command, args) =>
  ({dir: 'in', message: {seq, type: 'request', command, arguments: args}});
const response = (seq, request_seq, command, body) =>
  ({dir: 'out', message: {seq, type: 'response', request_seq, success: true, command, body}});
const failure = (seq, request_seq, command) =>
  ({dir: 'out',
    message: {seq, type: 'response', request_seq, success: false, command, message: 'no',
              body: {error: {id: 1, format: 'no'}}}});
const event = (seq, name, body) => ({dir: 'out', message: {seq, type: 'event', event: name, body}});

const threads = (id) => response(1, 1, 'threads', {threads: [{id, name: 'x'}]});

test('a correct conversation', () => {
  assert.deepEqual(violations(
    request(1, 'initialize', {adapterID: 'nse'}),
    response(1, 1, 'initialize', {supportsConfigurationDoneRequest: true}),
    event(2, 'initialized'),
    request(2, 'threads'),
    response(3, 2, 'threads', {threads: [{id: 1, name: 'http-title 127.0.0.1:80/tcp'}]}),
    event(4, 'stopped', {reason: 'breakpoint', threadId: 1, nseHost: '127.0.0.1'}),
    request(3, 'nse/registry', {any: 1.5}), response(5, 3, 'nse/registry', {}),
    event(6, 'nse/output', {x: 1}),
    request(4, 'evaluate', {expression: 'x'}), failure(7, 4, 'evaluate')), []);
});

const mistakes = {
  'a required property is missing':
    [[request(1, 'threads'), response(1, 1, 'threads', {})], /required property 'threads'/],
  'a fraction': [[request(1, 'threads'), threads(1.5)], /threads\/0\/id must be integer/],
  'a wrong type': [[request(1, 'threads'), threads('1')], /threads\/0\/id must be integer/],
  'a misspelt capability':
    [[request(1, 'initialize', {adapterID: 'n'}), response(1, 1, 'initialize', {supportsCancel: true})],
     /supportsCancel/],
  'a reference out of range':
    [[request(1, 'evaluate', {expression: 'x'}),
      response(1, 1, 'evaluate', {result: '', variablesReference: 2 ** 31})], /must be <= 2147483647/],
  'an event that does not exist': [[event(1, 'stoped', {})], /StopedEvent is not in the protocol/],
  'seq repeats': [[event(1, 'initialized'), event(1, 'initialized')], /^2: seq 1 follows 1/],
  'answered twice': [[request(1, 'pause', {threadId: 1}), response(1, 1, 'pause'),
                      response(2, 1, 'pause')], /^3: .*already answered at line 2/],
  'never answered': [[request(1, 'pause', {threadId: 1})], /^1: .*never answered/],
  'answered with another command':
    [[request(1, 'pause', {threadId: 1}), response(1, 1, 'next')], /the request at line 1 was pause/],
  'answer to nothing': [[response(1, 9, 'pause')], /no such request/],
  'a bad request succeeds':
    [[{...request(1, 'pause', {}), bad: true}, response(1, 1, 'pause')], /expected an error/],
  'goes on after a cut': [[{cut: true}, event(1, 'initialized')], /^2: session was cut at line 1/],
  'no dir': [[{message: {}}], /expected {"dir"/],
};
for (const [name, [entries, expected]] of Object.entries(mistakes)) {
  test(`noticed: ${name}`, () => {
    const found = violations(...entries);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], expected);
  });
}

test('a cut session may leave requests unanswered', () => {
  assert.deepEqual(violations(request(1, 'pause', {threadId: 1}), {cut: true}), []);
});

test('a bad request needs an error only', () => {
  assert.deepEqual(violations({...request(1, 'fly'), bad: true}, failure(1, 1, 'fly')), []);
});

test('sessions are apart', () => {
  assert.deepEqual(violations({...event(1, 'initialized'), session: 'a'},
                              {...event(1, 'initialized'), session: 'b'}), []);
});

test('not JSON', () => {
  const found = [];
  new LogChecker(find, (line, what) => found.push(`${line}: ${what}`)).check('{"dir":\n');
  assert.match(found[0], /^1: not JSON/);
});
