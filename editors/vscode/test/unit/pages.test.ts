import * as assert from 'node:assert/strict';
import {pageOf, readPage, type Node, type ReadVariables} from '../../src/pages';

/** A table with `total` values, named by their place. */
const table =
  (total: number): ReadVariables =>
  async ({variablesReference, start = 0, count = total}) => {
    assert.equal(variablesReference, 7);
    const names = Array.from({length: total}, (_, index) => String(index));
    return names.slice(start, start + count).map((name) => ({name, value: '', variablesReference: 0}));
  };
const words = (nodes: Node[]) =>
  nodes.map((node) => ('rest' in node ? `${node.left} more` : node.variable.name));

describe('the pages of a table', () => {
  it('are one if it is small', async () => {
    const page = pageOf({variablesReference: 7, indexedVariables: 1, namedVariables: 2});
    assert.deepEqual(words(await readPage(table(3), page)), ['0', '1', '2']);
  });
  it('end with what is left, which opens the next', async () => {
    const page = pageOf({variablesReference: 7, namedVariables: 201});
    const first = await readPage(table(201), page);
    assert.equal(first.length, 101);
    assert.equal(words(first).at(-1), '101 more');
    const second = await readPage(table(201), (first.at(-1) as {rest: typeof page}).rest);
    assert.deepEqual([words(second)[0], words(second).at(-1)], ['100', '1 more']);
    const third = await readPage(table(201), (second.at(-1) as {rest: typeof page}).rest);
    assert.deepEqual(words(third), ['200']);
  });
  it('have no rest if they end with the table', async () => {
    const page = pageOf({variablesReference: 7, namedVariables: 100});
    assert.equal(words(await readPage(table(100), page)).at(-1), '99');
  });
});
