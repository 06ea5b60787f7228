import * as assert from 'node:assert/strict';
import {ThreadTable, type NseThread} from '../../src/threads';

const kAt = (seconds: number) => new Date(2026, 0, 1, 10, 0, seconds);
const kEngine: NseThread = {id: 1, name: 'NSE engine', nseState: 'running', nsePhase: 'engine'};
const kScript: NseThread = {
  id: 2,
  name: 'http-methods 127.0.0.1:8000/tcp',
  nseState: 'waiting',
  nsePhase: 'action',
  nseScript: 'http-methods',
  nseHost: '127.0.0.1',
  nsePort: 8000,
};

describe('the table of NSE threads', () => {
  it('says script, host and port, state, since when', () => {
    const [engine, script] = new ThreadTable().update([kEngine, kScript], kAt(5));
    assert.equal(engine?.label, 'NSE engine');
    assert.equal(engine?.description, 'running since 10:00:05');
    assert.equal(script?.label, 'http-methods');
    assert.equal(script?.description, '127.0.0.1:8000 · waiting since 10:00:05');
  });
  it('keeps the time while the state stays, and only then', () => {
    const table = new ThreadTable();
    const since = (state: string, seconds: number) =>
      table.update([{...kScript, nseState: state}], kAt(seconds))[0]?.description.slice(-8);
    assert.equal(since('waiting', 1), '10:00:01');
    assert.equal(since('waiting', 2), '10:00:01');
    assert.equal(since('stopped', 3), '10:00:03');
    assert.equal(since('waiting', 4), '10:00:04');
  });
  it('knows that a step ends one stop and begins another', () => {
    const table = new ThreadTable();
    const stopped = [{...kScript, nseState: 'stopped'}];
    table.update(stopped, kAt(1));
    table.resumed();
    assert.match(table.update(stopped, kAt(2))[0]?.description ?? '', /10:00:02$/);
  });
  it('forgets a thread that ended', () => {
    const table = new ThreadTable();
    table.update([kScript], kAt(1));
    table.update([], kAt(2));
    assert.match(table.update([kScript], kAt(3))[0]?.description ?? '', /10:00:03$/);
  });
  it('has the stopped ones first', () => {
    const stopped = {...kScript, id: 9, nseState: 'stopped'};
    const ids = new ThreadTable().update([kScript, kEngine, stopped], kAt(1)).map((row) => row.id);
    assert.deepEqual(ids, [9, 1, 2]);
  });
});
