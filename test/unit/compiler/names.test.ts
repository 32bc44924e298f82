import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeModel } from '../../../src/compiler/1-read/write-model.js';
import { compile } from '../../../src/compiler/compile.js';
import { isName } from '../../../src/ir/name.js';
import { RESERVED_NAMES } from '../../../src/ir/reserved-names.js';
import { PACKAGE_ROOT } from '../../../src/package-root.js';
import { buildModel } from '../../../src/quantizers/build-model.js';
import { realNetwork } from './small-network.js';

const filesBelow = (folder: string): string[] =>
  readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`);
const sources = ['boards', 'codegen', 'runtime-c'].flatMap(filesBelow).filter((path) => /\.(c|h|S|ejs)$/.test(path));
const textOf = (path: string): string => readFileSync(join(PACKAGE_ROOT, path), 'utf8');

test('no model is called like a header that anything of rnnq includes', () => {
  const included = sources.flatMap((path) =>
    [...textOf(path).matchAll(/^ *# *include *[<"]([^<>"%]+)[>"]/gm)].map(([, header]) => header!),
  );
  expect(included).toContain('arm_mve.h');
  const free = included.map((header) => basename(header).replace(/\.h$/, '')).filter(isName);
  expect(free).toEqual([]);
});

test('no model is called like a file that is compiled into a firmware', () => {
  const own = filesBelow('boards').filter((path) => /\.[chS]$/.test(path));
  expect(own.length).toBeGreaterThan(20);
  expect(own.map((path) => basename(path).replace(/\.\w+$/, '')).filter(isName)).toEqual([]);
});

test('reserved names are refused in any case; names that only resemble them are not', () => {
  for (const name of RESERVED_NAMES) expect(isName(name.toUpperCase()), name).toBe(false);
  for (const name of ['int8x16', 'uint_least16', 'int32_t', 'FLOAT32X4', 'Rnnq', 'rnnq_fixed', 'Arm_MVE'])
    expect(isName(name), name).toBe(false);
  for (const name of ['gru0', 'arm', 'boards', 'my_main', 'int4', 'com', 'com10', 'keyword', 'newlib_model'])
    expect(isName(name), name).toBe(true);
});

test('a reserved name is refused by the option and in the model', () => {
  const text = writeModel(buildModel(realNetwork('gru')));
  expect(() => compile(text, { core: 'host', name: 'arm_acle' })).toThrow(/bad_name at --name/);
  const named = JSON.stringify({ ...JSON.parse(text), name: 'arm_mve' });
  expect(() => compile(named, { core: 'cortex-m55' })).toThrow(/bad_name at \/name/);
});
