import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who has no rights on this machine. */
const user = { uid: 65534, gid: 65534 };

/** A Podman of an ordinary user, who has subordinate ids: all of it lives in a folder, a mount and a PID namespace of its own. */
export class RootlessPodman {
  /** Belongs to the user. */
  readonly folder = mkdtempSync(join(tmpdir(), 'outrider-rootless-'));
  #service: ChildProcess | undefined;

  /** Starts it, with the images of the tests; resolves when it answers. */
  async start(): Promise<void> {
    chmodSync(this.folder, 0o755);
    for (const name of ['home', 'run', 'net']) {
      mkdirSync(join(this.folder, name), { mode: 0o700 });
      chownSync(join(this.folder, name), user.uid, user.gid);
    }
    writeFileSync(join(this.folder, 'subid'), `${user.uid}:300000:65536\n`);
    writeFileSync(join(this.folder, 'containers.conf'), configuration);
    await run(process.execPath, [join(import.meta.dirname, 'busybox-image.mjs'), join(this.folder, 'images.tar')]);
    const apart = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--', 'sh', '-ec', namespace, this.folder];
    this.#service = spawn('unshare', [...apart, ...this.#asUser(), ...service], { stdio: 'ignore' });
    await this.#until(() => existsSync(join(this.folder, 'run/podman/podman.sock')));
    await this.run('podman', 'load', '--quiet', '--input', join(this.folder, 'images.tar'));
  }

  /** Runs a command as the user, to whom the socket is where Podman puts it. */
  async run(...command: string[]): Promise<string> {
    const namespaces = `/proc/${this.#service?.pid ?? ''}/ns`;
    const enter = [`--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`, '--'];
    return (await run('nsenter', [...enter, ...this.#asUser(), ...command])).stdout;
  }

  async remove(): Promise<void> {
    // Everything of it goes with the first process of its PID namespace, which stays root's: otherwise --kill-child would not reach it.
    const ended = this.#service && once(this.#service, 'exit');
    this.#service?.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#service?.exitCode !== null) throw new Error('Podman did not start');
      await sleep(50);
    }
  }

  #asUser(): string[] {
    const set = `PATH=${process.env['PATH'] ?? ''} HOME=${join(this.folder, 'home')} USER=nobody XDG_RUNTIME_DIR=${join(this.folder, 'run')}`;
    const environment = [...set.split(' '), `CONTAINERS_CONF=${join(this.folder, 'containers.conf')}`];
    return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--', 'env', '-i', ...environment];
  }
}

const service = ['podman', 'system', 'service', '--time', '0'];

/** Gives the user ids, and the device that slirp4netns opens, without changing the machine; $0 is the folder. */
const namespace = `
mount --bind "$0/subid" /etc/subuid
mount --bind "$0/subid" /etc/subgid
mount -t tmpfs tmpfs "$0/net"
mknod -m 666 "$0/net/tun" c 10 200
mkdir -p /dev/net
mount --bind "$0/net" /dev/net
cd "$0"
"$@" &
wait
`;

const configuration = `
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
infra_image = "outrider.test/pause:1"
[network]
network_backend = "netavark"
`;
