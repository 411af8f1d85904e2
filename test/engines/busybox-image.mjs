// Builds images from the machine's static busybox, without a network: a tar archive as `docker save` writes it.
// busybox-image.mjs FILE.tar: busybox with all its applets, and a pause image for sandboxes.
import process from 'node:process';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const busybox = '/bin/busybox';
const file = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'outrider-image-'));
try {
  const Env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  // A sandbox's first process takes in what others leave behind.
  const pause = ['sh', '-c', "trap 'exit 0' TERM INT; while :; do sleep 86400 & wait $!; done"];
  writeArchive(resolve(file), makeRoot(), [
    { tags: ['docker.io/library/busybox:1.36', 'docker.io/library/busybox:latest'], config: { Env, Cmd: ['sh'] } },
    { tags: ['outrider.test/pause:1'], config: { Env, Cmd: pause } },
  ]);
} finally {
  rmSync(folder, { recursive: true });
}

/** A root folder with busybox and a link for each applet. */
function makeRoot() {
  const root = join(folder, 'root');
  for (const name of ['bin', 'etc', 'home', 'root', 'tmp', 'usr', 'usr/bin', 'var', 'var/www'])
    mkdirSync(join(root, name), { recursive: true });
  execFileSync('chmod', ['1777', join(root, 'tmp')]);
  cpSync(busybox, join(root, 'bin/busybox'));
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n');
  for (const applet of applets.filter((name) => name !== '' && name !== 'busybox')) symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nwww-data:x:33:\nnobody:x:65534:\n');
  return root;
}

/** Images of one layer. Times are the epoch, so that the same busybox gives the same images. */
function writeArchive(archive, root, images) {
  const tar = (target, directory) =>
    execFileSync('tar', ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-cf', target, '-C', directory, '.']);
  const content = join(folder, 'content');
  mkdirSync(content);
  tar(join(content, 'layer.tar'), root);
  const diffId = `sha256:${sha256(readFileSync(join(content, 'layer.tar')))}`;
  const architecture = { x64: 'amd64' }[process.arch] ?? process.arch;
  const created = '1970-01-01T00:00:00Z';
  const manifest = images.map(({ tags, config }) => {
    const rootfs = { type: 'layers', diff_ids: [diffId] };
    const text = JSON.stringify({ architecture, os: 'linux', created, config, rootfs, history: [{ created }] });
    const name = `${sha256(text)}.json`;
    writeFileSync(join(content, name), text);
    return { Config: name, RepoTags: tags, Layers: ['layer.tar'] };
  });
  writeFileSync(join(content, 'manifest.json'), JSON.stringify(manifest));
  tar(archive, content);
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
