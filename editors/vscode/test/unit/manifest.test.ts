/** package.json is half of the extension: what it promises must exist. */
import * as assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import * as path from 'node:path';

const kFolder = path.resolve(__dirname, '../../..');
const manifest = JSON.parse(readFileSync(path.join(kFolder, 'package.json'), 'utf8'));
const debug = manifest.contributes.debuggers[0];
const source = readdirSync(path.join(kFolder, 'src'))
  .map((file) => readFileSync(path.join(kFolder, 'src', file), 'utf8'))
  .join('\n');

describe('package.json', () => {
  it('describes every attribute that the adapter has', () => {
    const adapter = readFileSync(path.join(kFolder, '../../src/relay/attributes.cc'), 'utf8');
    const known = (request: string) => {
      const list = new RegExp(`DAP_MEMBERS\\(${request}Arguments,([^)]*)\\)`).exec(adapter)?.[1] ?? '';
      return list.split(',').map((name) => name.trim());
    };
    const attributes = (request: string) => Object.keys(debug.configurationAttributes[request].properties);
    const launch = known('Launch').filter((name) => name !== 'noDebug'); // VS Code's own to set
    assert.deepEqual(attributes('launch').sort(), launch.sort());
    assert.deepEqual(attributes('attach').sort(), known('Attach').sort());
  });
  it('uses only those in its snippets', () => {
    const bodies = debug.configurationSnippets.map((snippet: {body: object}) => snippet.body);
    for (const {type, request, name, ...attributes} of [...bodies, ...debug.initialConfigurations]) {
      assert.equal(type, 'nse');
      assert.ok(name);
      const known = debug.configurationAttributes[request].properties;
      for (const attribute of Object.keys(attributes)) assert.ok(known[attribute], attribute);
    }
  });
  it('names only commands that are registered', () => {
    for (const {command} of manifest.contributes.commands) assert.ok(source.includes(`'${command}'`), command);
    for (const command of Object.values(debug.variables)) assert.ok(source.includes(`'${command}'`));
  });
  it('describes an attribute of launch and attach in the same words', () => {
    const {launch, attach} = debug.configurationAttributes;
    for (const name of ['justMyScript', 'nonStop', 'freezeClock', 'pathMappings', 'logFile']) {
      assert.deepEqual(launch.properties[name], attach.properties[name]);
    }
  });
});
