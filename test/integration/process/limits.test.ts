import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closeCgroups, openCgroups } from '../../../src/runtimes/process/cgroup.ts';
import { root, runScenario, shell } from './scenario.ts';

const cgroups = root === undefined ? undefined : openCgroups();
if (cgroups !== undefined) closeCgroups(cgroups);

describe.runIf(root !== undefined && cgroups?.controllers.memory !== undefined)('limits of containers', () => {
  const identity = root ?? { name: '', uid: 0, gid: 0 };

  test('memory: who takes more is killed for it', async () => {
    const resources = { limits: { memory: '24Mi' } };
    const outcome = await runScenario(identity, {
      spec: { containers: [shell('c', 'exec tail /dev/zero', { resources }), shell('d', 'echo fine', { resources })] },
    });
    expect(outcome.exits['c']).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(outcome.exits['d']).not.toHaveProperty('reason');
    expect(outcome.admission.warn).toEqual([]);
    // The driver made its groups beside where this process would.
    for (const folder of Object.values(cgroups?.controllers ?? {})) {
      const left = readdirSync(dirname(folder)).filter((name) => name.startsWith('outrider.') && !existsSync(`/proc/${name.slice(9)}`));
      expect(left).toEqual([]);
    }
  });

  test.runIf(cgroups?.controllers.cpu !== undefined)('cpu: who wants more waits for it', async () => {
    // A tenth of a CPU: half a second of work takes some seconds of time.
    const script = 'start=$(date +%s%N); timeout 3 sh -c "while :; do :; done"; times | tail -1';
    const { output } = await runScenario(identity, {
      spec: { containers: [shell('c', script, { resources: { limits: { cpu: '100m' } } })] },
    });
    const [user = '', system = ''] = output['c']?.at(-1)?.split(' ') ?? [];
    expect(seconds(user) + seconds(system)).toBeLessThan(1.5);
  });
});

function seconds(text: string): number {
  const [minutes = '0', rest = '0'] = text.split('m');
  return Number(minutes) * 60 + Number.parseFloat(rest);
}
