import * as assert from 'node:assert/strict';
import {parseTarget} from '../../src/target';

describe('a target that is typed', () => {
  const problem = (text: string) => (parseTarget(text) as {problem: string}).problem;

  it('is an address', () => assert.deepEqual(parseTarget(' 127.0.0.1 '), {target: '127.0.0.1'}));
  it('may have ports, as nmap writes them', () => {
    const wanted = {target: '192.0.2.1', ports: '80,443'};
    assert.deepEqual(parseTarget('192.0.2.1 -p 80,443'), wanted);
    assert.deepEqual(parseTarget('-p80,443 192.0.2.1'), wanted);
    assert.deepEqual(parseTarget('192.0.2.1 -p-'), {target: '192.0.2.1', ports: '-'});
  });
  it('may be several', () =>
    assert.deepEqual(parseTarget('192.0.2.1 192.0.2.2'), {target: ['192.0.2.1', '192.0.2.2']}));
  it('may have a -p in its name', () =>
    assert.deepEqual(parseTarget('my-pc.example'), {target: 'my-pc.example'}));
  it('may be none, for a prerule', () => assert.deepEqual(parseTarget(' '), {target: ''}));
  it('needs ports after -p', () => assert.match(problem('127.0.0.1 -p'), /^-p needs ports/));
  it('has no other options', () => assert.match(problem('127.0.0.1 -sV'), /^-sV: only -p .*nmapArgs/));
});
