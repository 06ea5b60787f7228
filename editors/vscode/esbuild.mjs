// Bundles the extension into one file that needs nothing but VS Code, and each test into one that
// needs only the packages of package.json.
import {readdirSync, rmSync} from 'node:fs';
import {build} from 'esbuild';

const common = {bundle: true, platform: 'node', format: 'cjs', target: 'node18', sourcemap: true};

rmSync('dist', {recursive: true, force: true});
await build({
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  external: ['vscode'],
  minify: true,
});
await build({
  ...common,
  entryPoints: readdirSync('test', {recursive: true})
    .filter((file) => file.endsWith('.test.ts') || file.endsWith('recorder.ts'))
    .map((file) => `test/${file}`),
  outbase: '.',
  outdir: 'dist',
  packages: 'external',
});
