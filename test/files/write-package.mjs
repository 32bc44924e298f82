// Writes a small package with dist/files, and ends (SIGKILL) or meets a full disk at its n-th operation on files:
//   node write-package.mjs <folder> <text> <kill|full> <n>
// Prints the number of operations. Between kill and full lies all that can happen to a writer half-way.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [folder, text, accident, at] = process.argv.slice(2);
let operations = 0;
let armed = true;
for (const name of ['mkdirSync', 'openSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync', 'rmdirSync']) {
  const real = fs[name];
  const needsSpace = /mkdir|open|writeFile/.test(name);
  fs[name] = (...args) => {
    if (armed) operations++;
    if (armed && operations === Number(at)) {
      if (accident === 'kill') process.kill(process.pid, 'SIGKILL');
      else if (needsSpace)
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    }
    return real(...args);
  };
}
syncBuiltinESMExports();
const { OwnedFolder } = await import('../../dist/files/owned-folder.js');
const names = ['a.c', 'src/b.c', 'src/deep/new.c'];
const owned = new OwnedFolder(folder, 'model');
const release = await owned.lock();
try {
  owned.write(new Map(names.map((name) => [name, { data: `${text} ${name}` }])));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
armed = false;
release();
process.stdout.write(`${operations}\n`);
