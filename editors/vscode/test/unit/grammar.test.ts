/** The grammar, with the engine that VS Code has. Lua's own part comes with VS Code: a stub here. */
import * as assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import * as path from 'node:path';
import {createOnigScanner, createOnigString, loadWASM} from 'vscode-oniguruma';
import {INITIAL, Registry, parseRawGrammar, type IGrammar} from 'vscode-textmate';

const kFile = path.resolve(__dirname, '../../../syntaxes/nse.tmLanguage.json');
const kLua = {
  scopeName: 'source.lua',
  patterns: [
    {begin: '--', end: '$', name: 'comment.line.double-dash.lua'},
    {match: '"[^"]*"', name: 'string.quoted.double.lua'},
    {match: '\\b(function|local|end)\\b', name: 'keyword.control.lua'},
  ],
};

describe('the grammar of NSE', () => {
  let grammar: IGrammar;
  before(async () => {
    const engine = require.resolve('vscode-oniguruma/release/onig.wasm');
    await loadWASM(readFileSync(engine).buffer as ArrayBuffer);
    const registry = new Registry({
      onigLib: Promise.resolve({createOnigScanner, createOnigString}),
      loadGrammar: async (scope) =>
        scope === 'source.lua'
          ? parseRawGrammar(JSON.stringify(kLua), 'lua.json')
          : parseRawGrammar(readFileSync(kFile, 'utf8'), kFile),
    });
    grammar = (await registry.loadGrammar('source.nse'))!;
  });

  /** The innermost scope of `word` in `line`. */
  function scopeOf(word: string, line: string): string | undefined {
    const at = line.indexOf(word);
    const {tokens} = grammar.tokenizeLine(line, INITIAL);
    return tokens.find((token) => token.startIndex <= at && at < token.endIndex)?.scopes.at(-1);
  }

  it('knows what NSE reads', () => {
    for (const field of ['description', 'author', 'license', 'categories', 'dependencies']) {
      assert.equal(scopeOf(field, `${field} = {"safe"}`), 'variable.language.field.nse');
    }
  });
  it('knows what NSE calls', () => {
    for (const rule of ['prerule', 'hostrule', 'portrule', 'postrule', 'action']) {
      assert.equal(scopeOf(rule, `${rule} = function(host, port)`), 'entity.name.function.entry.nse');
    }
    assert.equal(scopeOf('action', 'function action(host)'), 'entity.name.function.entry.nse');
  });
  it('knows what NSE gives', () =>
    assert.equal(scopeOf('SCRIPT_NAME', 'f(SCRIPT_NAME)'), 'variable.language.given.nse'));
  it('does not mistake a field of the same name', () => {
    assert.equal(scopeOf('action', 'form.action = "x"'), 'source.nse');
    assert.equal(scopeOf('description', 'print(description)'), 'source.nse');
  });
  it('knows the tags of NSEDoc, in comments only', () => {
    assert.equal(scopeOf('@args', '-- @args x.y The y'), 'keyword.other.documentation.nse');
    assert.equal(scopeOf('@output', '--@output'), 'keyword.other.documentation.nse');
    assert.equal(scopeOf('@args', 'x = "-- @args"'), 'string.quoted.double.lua');
  });
  it('leaves the rest to Lua', () => assert.equal(scopeOf('local', 'local x'), 'keyword.control.lua'));
});
