import { cpus, release } from 'node:os';
import { benchEnginePods } from './engine-pods.ts';
import { benchEngines } from './engines.ts';
import { benchManyPods } from './many-pods.ts';
import { benchResources } from './resources.ts';
import { benchSequence } from './sequence.ts';
import { benchSimulate } from './simulate.ts';
import { benchStartUp } from './start-up.ts';
import { withScratch } from './scratch.ts';

/** What is measured, by the names that choose it; each prints a table of its own. */
const benches: Readonly<Record<string, (program: string, scratch: string) => Promise<void>>> = {
  'start-up': benchStartUp,
  sequence: benchSequence,
  'many-pods': benchManyPods,
  engines: benchEngines,
  'engine-pods': benchEnginePods,
  resources: benchResources,
  simulate: benchSimulate,
};

const [program = '', ...chosen] = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in benches));
if (unknown === undefined) {
  console.log(
    `Node.js ${process.version}, Linux ${release()}, ${cpus().length} CPUs, ${process.getuid?.() === 0 ? 'root' : 'an ordinary user'}`,
  );
  for (const [name, bench] of Object.entries(benches)) {
    if (chosen.length === 0 || chosen.includes(name)) await withScratch((scratch) => bench(program, scratch));
  }
} else {
  console.error(`There is no bench "${unknown}"; choose from ${Object.keys(benches).join(', ')}.`);
  process.exitCode = 2;
}
