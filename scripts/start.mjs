// npm start: installs and builds what is missing, then runs `outrider` with the given arguments, or the demo without any.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './freshness.mjs';

/** What to try after the demo. */
const next = 'npm start -- run examples/native-sidecar.yaml';

ensureInstalled();
ensureBuilt();

const isDemo = process.argv.length === 2;
const args = isDemo ? ['run', path.join(root, 'examples/demo.yaml')] : process.argv.slice(2);
// Relative paths are meant from where npm was called, as with any other command.
const child = spawn(process.execPath, [path.join(root, 'dist/cli/main.js'), ...args], {
  cwd: isDemo ? root : (process.env.INIT_CWD ?? process.cwd()),
  stdio: 'inherit',
  // Needs nothing but this machine; --runtime chooses another one.
  env: { OUTRIDER_RUNTIME: 'process', ...process.env },
});
// The terminal sends Ctrl-C to both; what becomes of it is the child's to decide.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => {
  if (isDemo && code === 0) console.log(`\nNext, try: ${next}`);
  process.exitCode = signal ? 1 : code;
});
