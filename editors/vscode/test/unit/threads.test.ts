import * as assert from 'node:assert/strict';
import {readThreads, ThreadTable, type NseThread} from '../../src/threads';

const kAt = (seconds: number) => new Date(2026, 0, 1, 10, 0, seconds);
const kEngine: NseThread = {id: 1, name: 'NSE engine', state: 'running', phase: 'engine'};
const kScript: NseThread = {
  id: 2,
  name: 'http-methods 127.0.0.1:8000/tcp',
  state: 'waiting',
  text: 'waits in receive_lines from 127.0.0.1:8000, 1.0 s',
  phase: 'action',
  script: 'http-methods',
  host: '127.0.0.1',
  port: 8000,
  since: 1,
  runTime: 0.0021,
  waitTime: 1.25,
  place: {function: 'action', line: 142, source: {name: 'http-methods.nse'}},
};

describe('the table of NSE threads', () => {
  it('says script, host and port, state, since when', () => {
    const [engine, script] = new ThreadTable().update([kEngine, kScript], kAt(5));
    assert.equal(engine?.label, 'NSE engine');
    assert.equal(engine?.description, 'running since 10:00:05');
    assert.equal(script?.label, 'http-methods');
    assert.equal(script?.description, '127.0.0.1:8000 · waiting since 10:00:04');
  });
  it('says more to the mouse: what is waited for, where, and the times', () => {
    const [script] = new ThreadTable().update([kScript], kAt(5));
    assert.deepEqual(script?.tooltip.split('\n'), [
      'http-methods 127.0.0.1:8000/tcp: action, waiting since 10:00:04',
      'waits in receive_lines from 127.0.0.1:8000, 1.0 s',
      'in action, http-methods.nse:142',
      'ran 0.002 s, waited 1.3 s',
    ]);
  });
  it('keeps the time while the state stays, and only then', () => {
    const table = new ThreadTable();
    const since = (state: string, inState: number, seconds: number) =>
      table.update([{...kScript, state, since: inState}], kAt(seconds))[0]?.description.slice(-8);
    assert.equal(since('waiting', 0, 1), '10:00:01');
    assert.equal(since('waiting', 1, 2), '10:00:01');
    assert.equal(since('waiting', 1, 9), '10:00:01'); // a stop meanwhile: nsedbg's clock stood
    assert.equal(since('waiting', 0, 10), '10:00:10'); // it ran meanwhile
    assert.equal(since('stopped', 0, 11), '10:00:11');
  });
  it('knows that a step ends one stop and begins another', () => {
    const table = new ThreadTable();
    const stopped = [{...kScript, state: 'stopped', since: 0}];
    table.update(stopped, kAt(1));
    table.resumed();
    assert.match(table.update(stopped, kAt(2))[0]?.description ?? '', /10:00:02$/);
  });
  it('forgets a thread that ended', () => {
    const table = new ThreadTable();
    table.update([{...kScript, since: 0}], kAt(1));
    table.update([], kAt(2));
    assert.match(table.update([{...kScript, since: 0}], kAt(3))[0]?.description ?? '', /10:00:03$/);
  });
  it('has the stopped ones first', () => {
    const stopped = {...kScript, id: 9, state: 'stopped'};
    const ids = new ThreadTable().update([kScript, kEngine, stopped], kAt(1)).map((row) => row.id);
    assert.deepEqual(ids, [9, 1, 2]);
  });
});

describe('the threads of a session', () => {
  it('are those that live, not all at once', async () => {
    const asked: unknown[] = [];
    const answer = {threads: [kScript], total: 700};
    const ask = (...question: unknown[]) => Promise.resolve((asked.push(question), answer));
    assert.deepEqual(await readThreads(ask), answer);
    assert.deepEqual(asked, [['nse/threads', {filter: 'state!=dead', count: 500}]]);
  });
  it('are those of DAP where nothing else is known', async () => {
    const plain = {id: 2, name: 'x', nseState: 'stopped', nseScript: 'x', nseHost: 'h', nsePort: 1};
    const ask = (command: string) =>
      command === 'threads'
        ? Promise.resolve({threads: [plain, {id: 3, name: 'y'}]})
        : Promise.reject(new Error('there is no such request'));
    assert.deepEqual(await readThreads(ask), {
      threads: [
        {id: 2, name: 'x', state: 'stopped', script: 'x', host: 'h', port: 1},
        {id: 3, name: 'y', state: 'running'},
      ],
      total: 2,
    });
  });
});
