import { expect, test } from 'vitest';
import { archivedImages } from '../../../../src/runtimes/cri/images/archive-images.ts';
import type { ArchiveIndex } from '../../../../src/runtimes/cri/images/archive.ts';

const digest = (character: string): string => `sha256:${character.repeat(64)}`;
const blob = (character: string): string => `blobs/sha256/${character.repeat(64)}`;

function archive(
  texts: Readonly<Record<string, object>>,
  files: readonly string[],
  links: Readonly<Record<string, string>> = {},
): ArchiveIndex {
  return {
    texts: new Map(Object.entries(texts).map(([name, value]) => [name, JSON.stringify(value)])),
    sizes: new Map(files.map((name) => [name, 1])),
    links: new Map(Object.entries(links)),
  };
}

test('docker save: names are made whole, links are followed', () => {
  const manifest = [
    { Config: 'c.json', RepoTags: ['busybox', 'r:5000/x/y:2'], Layers: ['a/layer.tar', 'b/layer.tar'] },
    { Config: 'd.json', RepoTags: null, Layers: [] },
  ];
  const index = archive({ 'manifest.json': manifest }, ['c.json', 'd.json', 'a/layer.tar'], {
    'b/layer.tar': 'z/layer.tar',
    'z/layer.tar': 'a/layer.tar',
  });
  expect(archivedImages(index, 'amd64')).toEqual([
    { names: ['docker.io/library/busybox:latest', 'r:5000/x/y:2'], config: 'c.json', layers: ['a/layer.tar', 'a/layer.tar'] },
  ]);
});

test('an OCI layout: the platform’s manifest, containerd’s name before the standard’s', () => {
  const manifest = { config: { digest: digest('c') }, layers: [{ digest: digest('d') }] };
  const nested = {
    manifests: [
      { mediaType: 'm', digest: digest('e'), size: 1, platform: { os: 'linux', architecture: 'arm64' } },
      { mediaType: 'm', digest: digest('b'), size: 2, platform: { os: 'linux', architecture: 'amd64' } },
    ],
  };
  const annotations = { 'io.containerd.image.name': 'docker.io/library/x:1', 'org.opencontainers.image.ref.name': '1' };
  const top = { manifests: [{ digest: digest('a'), annotations }] };
  const index = archive({ 'index.json': top, [blob('a')]: nested, [blob('b')]: manifest }, [blob('c'), blob('d')]);
  expect(archivedImages(index, 'amd64')).toEqual([
    {
      names: ['docker.io/library/x:1'],
      config: blob('c'),
      layers: [blob('d')],
      manifest: { text: JSON.stringify(manifest), descriptor: { mediaType: 'm', digest: digest('b'), size: 2 } },
    },
  ]);
});

test.each([
  ['neither', archive({}, []), /neither of docker save .* nor an OCI layout/],
  ['nameless', archive({ 'manifest.json': [{ Config: 'c', RepoTags: [], Layers: [] }] }, ['c']), /names no image/],
  [
    'incomplete',
    archive({ 'manifest.json': [{ Config: 'c', RepoTags: ['a'], Layers: ['l'] }] }, ['c']),
    'the archive is not whole: l is missing',
  ],
  ['circular', archive({ 'manifest.json': [{ Config: 'c', RepoTags: ['a'], Layers: ['l'] }] }, ['c'], { l: 'm', m: 'l' }), 'l is missing'],
])('an archive that is %s is refused', (_what, index, message) => {
  expect(() => archivedImages(index, 'amd64')).toThrow(message);
});
