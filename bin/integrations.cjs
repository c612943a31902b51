#!/usr/bin/env node
// What fails before the program is read, it cannot tell itself.
const words = {
  MODULE_NOT_FOUND: ['a part of it is missing', 'Install it again; in its own sources: npm run build'],
  EMFILE: ['too many files are open', 'Raise the limit: ulimit -n 1024'],
  ENFILE: ['too many files are open on this machine', 'End other programs, then run it again.'],
  EACCES: ['its own files may not be read', 'Check their modes, or install it again.'],
};
try {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    process.stderr.write(`error: integrations needs Node 20.19 or newer, and this is ${process.version}\n`);
    process.exit(1);
  }
  require('../dist/main.cjs');
} catch (error) {
  const [reason, hint] = words[error.code] ?? [`${error.code ?? error.name}`, 'Install it again.'];
  process.stderr.write(`error: the program cannot be started: ${reason}\nhint:  ${hint}\n`);
  process.exit(1);
}
