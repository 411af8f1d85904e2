import { expect, test } from 'vitest';
import { changeBetween, definitionOf } from '../../src/agent/definition.ts';
import { loadManifests } from '../../src/manifest/load.ts';
import type { Workload } from '../../src/manifest/workload.ts';

const base = `
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: Never
      activeDeadlineSeconds: 100
      initContainers: [{name: init, image: init:1}]
      containers: [{name: app, image: app:1, env: [{name: A, value: "1"}]}]
`;

let uid = 0;
function load(text: string): Workload {
  const { workloads, problems, items } = loadManifests([{ file: 'web.yaml', text }], () => `uid-${(uid += 1)}`);
  expect([...problems, ...items.flatMap(({ errors }) => errors)]).toEqual([]);
  const [workload] = workloads;
  if (workload === undefined) throw new Error('no workload');
  return workload;
}

test.each([
  ['the same again, with other UIDs', base, 'none'],
  ['an image of an init container', base.replace('init:1', 'init:2'), 'update'],
  ['an image', base.replace('app:1', 'app:2'), 'update'],
  ['an image whose tag has another default of the pull policy', base.replace('app:1', 'app'), 'update'],
  ['the deadline', base.replace('100', '50'), 'update'],
  ['a variable', base.replace('"1"', '"2"'), 'replace'],
  ['an image and a variable', base.replace('app:1', 'app:2').replace('"1"', '"2"'), 'replace'],
  ['a label', base.replace('labels: {app: web}}\n', 'labels: {app: web, tier: front}}\n'), 'replace'],
  ['another container', base.replace('initContainers: [', 'initContainers: [{name: more, image: more:1}, '), 'replace'],
])('a change of %s', (_, text, expected) => {
  expect(changeBetween(definitionOf(load(base)), definitionOf(load(text)))).toBe(expected);
});
