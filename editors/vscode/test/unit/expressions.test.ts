import * as assert from 'node:assert/strict';
import {expressionAt, functionStart, namesOf} from '../../src/expressions';

/** `line` has a | where the mouse is. */
function under(line: string): string | undefined {
  const text = line.replace('|', '');
  const span = expressionAt(text, line.indexOf('|'));
  return span && text.slice(span.start, span.end);
}

describe('the expression under the mouse', () => {
  it('is a name', () => assert.equal(under('local x = pa|th'), 'path'));
  it('is a field with what it belongs to', () => assert.equal(under('f(a.b|.c)'), 'a.b'));
  it('is the whole chain at its end', () => assert.equal(under('f(a.b.c|c)'), 'a.b.cc'));
  it('has an index that is a string', () =>
    assert.equal(under('x = response.header["al|low"] or 1'), 'response.header["allow"]'));
  it('has an index that is a number', () => assert.equal(under("t[1].na|me = 'x'"), 't[1].name'));
  it('is not in a string', () => assert.equal(under('print("pa|th")'), undefined));
  it('is not in a comment', () => assert.equal(under('x = 1 -- the pa|th'), undefined));
  it('is not a keyword', () => assert.equal(under('lo|cal x'), undefined));
  it('may follow a concatenation', () => assert.equal(under('"a"..pa|th'), 'path'));
  it('is not a method: a call would run something', () => assert.equal(under('s:clo|se()'), undefined));
  it('is the object of a method', () => assert.equal(under('so|ck:close()'), 'sock'));
});

describe('values at the end of a line', () => {
  const names = (line: string) => namesOf(line).map(({start, end}) => line.slice(start, end));
  it('are those of plain names', () =>
    assert.deepEqual(names('response = http.generic_request(host, port, "OPTIONS", path)'), [
      'response',
      'host',
      'port',
      'path',
    ]));
  it('are not those of functions, strings and keywords', () =>
    assert.deepEqual(names('local http = require "http"'), ['http']));
});

describe('the function around a line', () => {
  const lines = [
    'local x = [[ a function', // 0
    'in text ]]',
    'action = function(host)', // 2
    '  local f = function()', // 3
    '    return 1', // 4
    '  end',
    '  for i = 1, 2 do',
    '',
    '    print(i)', // 8
    '  end',
    'end',
    'print(x)', // 11
  ];
  it('begins where it is less indented', () => {
    assert.equal(functionStart(lines, 8), 2);
    assert.equal(functionStart(lines, 4), 3);
  });
  it('is the line alone outside of one', () => assert.equal(functionStart(lines, 11), 11));
});
