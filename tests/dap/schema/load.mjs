// The generated schema and ajv, from $NSEDBG_SCHEMA_DIR, where scripts/check-dap-log put them.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {compile_schema} from './checker.mjs';

const kDefault = fileURLToPath(new URL('../../../build/schema', import.meta.url));

export function load_schema(dir = path.resolve(process.env.NSEDBG_SCHEMA_DIR ?? kDefault)) {
  const Ajv = createRequire(path.join(dir, 'package.json'))('ajv').default;
  return compile_schema(Ajv, JSON.parse(fs.readFileSync(path.join(dir, 'schema.json'), 'utf8')));
}
