import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { resourcesText } from '../../../src/cli/views/resources-text.ts';
import { type Glyphs, ascii, unicode } from '../../../src/cli/views/style.ts';
import type { Pod } from '../../../src/pod/types.ts';
import { podNeeding } from '../../resources/pod-needing.ts';

// `npx vitest run -u test/cli/views/resources-text.test.ts` writes the golden files anew.

const style = (glyphs: Glyphs, hasColors = false) => ({ colors: picocolors.createColors(hasColors), glyphs });

function web(): Pod {
  return podNeeding(
    'sidecar proxy 100m/128Mi 200m/256Mi',
    'init wait-for-db -/-',
    'init migrate 600m/500Mi -/500Mi',
    'main app 500m/256Mi -/512Mi',
    'main log-shipper -/64Mi -/64Mi',
  );
}

it.each([100, 80, 48, 24])('fits %d columns', async (width) => {
  const lines = resourcesText('Deployment web (k8s/web.yaml)', web(), { style: style(unicode), width });
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/resources-${width}.txt`);
});

const pods: Record<string, () => Pod> = {
  seed: () => podNeeding('init a -/500Mi', 'init b -/200Mi', 'main main -/256Mi', 'main sidecar -/128Mi'),
  guaranteed: () => podNeeding('sidecar proxy 100m/128Mi 100m/128Mi', 'main app 500m/512Mi 500m/512Mi'),
  'pod-level': () => {
    const pod = podNeeding('sidecar proxy 100m/128Mi', 'init migrate 800m/-', 'main app 500m/512Mi 1/-');
    pod.spec.resources = { requests: { cpu: '1500m', memory: '2Gi' }, limits: { cpu: '3', memory: '4Gi' } };
    pod.spec.overhead = { cpu: '250m', memory: '120Mi' };
    return pod;
  },
  nothing: () => podNeeding('init wait -/-', 'main app -/-'),
};

it.each(Object.keys(pods))('of a Pod: %s', async (name) => {
  const pod = pods[name]?.() ?? podNeeding();
  const lines = resourcesText(`Pod ${name} (pod.yaml)`, pod, { style: style(unicode) });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/resources-${name}.txt`);
});

it('draws with ASCII, and with colours', async () => {
  const lines = resourcesText('Pod web (pod.yaml)', web(), { style: style(ascii, true), width: 80 });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/resources-ascii-colours.txt');
});
