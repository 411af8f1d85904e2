#!/usr/bin/env node
import { version } from './version.ts';

// Everything else is loaded only when it is needed: a version number should take no longer than starting Node.js.
const args = process.argv.slice(2);
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${version}\n`);
} else {
  const { runProgram } = await import('./run-program.ts');
  await runProgram(args);
}
