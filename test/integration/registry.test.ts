import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EngineName, requireEngine } from '../engines/engines.ts';
import { type Answers, cutHalfway, FakeRegistry, respond, stall, stallHalfway, tamper, trickle } from './registries/fake-registry.ts';
import { login, type PrivateRegistry, startPrivateRegistry } from './registries/private-registry.ts';
import { imageEvents, type PullPod, type PullRequest, startPulls, waiting } from './registries/pull-run.ts';
import { pushImage } from './registries/push-image.ts';
import { removeImages } from './registries/remove-images.ts';
import { runnableImage, testImage } from './registries/test-image.ts';
import type { SupervisedRun } from './supervised-run.ts';

// Images come from registries that want a login, and from such as do not do what they should.
const engines = (['containerd', 'docker', 'podman'] as const).filter((engine) => requireEngine(engine, `pulls by ${engine}`));
const folder = mkdtempSync(join(tmpdir(), 'outrider-registry-'));
const registries: { readonly address: string; close(): Promise<void> }[] = [];
const runs: SupervisedRun[] = [];
afterAll(async () => {
  // Of tests that failed.
  for (const run of runs) run.kill('SIGINT');
  await Promise.all(runs.map(({ ended }) => ended));
  for (const registry of registries) {
    await registry.close();
    await Promise.all(engines.map((engine) => removeImages(engine, registry.address)));
  }
  rmSync(folder, { recursive: true });
});

describe.concurrent('a private registry', () => {
  let registry: PrivateRegistry;
  let image: string;
  beforeAll(async () => {
    registry = await startPrivateRegistry(folder);
    registries.push(registry);
    image = `${registry.address}/team/app:1`;
    await pushImage(registry.address, 'team/app', '1', await runnableImage(100), login);
  });

  const wrong = { ...login, password: 'not-this-one' };
  const credentials = ({ username, password }: typeof login): string => Buffer.from(`${username}:${password}`).toString('base64');
  const config = (of: typeof login): string => JSON.stringify({ auths: { [registry.address]: { auth: credentials(of) } } });
  const startWith = (engine: EngineName, access: Access): SupervisedRun =>
    start({ engine, pods: { web: { image, policies: ['Always'] } }, ...access });

  const allowed: Readonly<Record<string, (scratch: string) => Access>> = {
    'an imagePullSecret': () => ({ secrets: [config(login)] }),
    'the second of its imagePullSecrets': () => ({ secrets: [config(wrong), config(login)] }),
    "the user's own login by Docker": (scratch) => {
      writeFileSync(join(scratch, 'config.json'), config(login));
      return { env: { DOCKER_CONFIG: scratch } };
    },
    "the user's own login by Podman": (scratch) => {
      writeFileSync(join(scratch, 'auth.json'), config(login));
      return { env: { REGISTRY_AUTH_FILE: join(scratch, 'auth.json') } };
    },
  };
  test.for(onEach(allowed))('%s pulls with %s', async ([engine, , access]) => {
    const run = startWith(engine, access(mkdtempSync(join(folder, 'login-'))));
    expect(await run.ended).toEqual({ exitCode: 0, stderr: '' });
    expect(imageEvents(run, 'web').at(-1)).toMatch(/^Normal Pulled: Successfully pulled image /);
  });

  const refused: Readonly<Record<string, () => Access>> = {
    'no credentials': () => ({}),
    'a wrong password': () => ({ secrets: [config(wrong)] }),
    'an imagePullSecret that is not there': () => ({ missingSecrets: ['gone'] }),
  };
  test.for(onEach(refused))('%s does not pull with %s', async ([engine, , makeAccess]) => {
    const access = makeAccess();
    const run = startWith(engine, access);
    await run.until(() => waiting(run, 'web').reason === 'ImagePullBackOff');
    const { message = '' } = waiting(run, 'web');
    expect(message).toMatch(/^Back-off pulling image "\S+": ErrImagePull: .*(401 Unauthorized|no basic auth credentials|unauthorized: )/);
    const missing = (access.missingSecrets ?? []).map(
      (name) =>
        `Warning FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (${name}); attempting to pull the image may not succeed.`,
    );
    expect(imageEvents(run, 'web')).toEqual([
      ...missing,
      `Normal Pulling: Pulling image "${image}"`,
      `Warning Failed: Failed to pull image "${image}": ${message.replace(/^.*: ErrImagePull: /, '')}`,
      'Warning Failed: Error: ErrImagePull',
      `Normal BackOff: Back-off pulling image "${image}"`,
      'Warning Failed: Error: ImagePullBackOff',
    ]);
    const { stderr } = await interrupted(run);
    const output = [...run.lines, stderr].join('\n');
    expect([wrong.password, credentials(wrong)].filter((secret) => output.includes(secret))).toEqual([]);
  });
});

type Access = Pick<PullRequest, 'secrets' | 'missingSecrets' | 'env'>;

describe.concurrent('pull policies', () => {
  test.for(engines)('by %s, also when the registry is gone', async (engine) => {
    const registry = await startRegistry(await runnableImage(100));
    const image = `${registry.repository}:1`;
    const first = start({ engine, pods: { web: { image, policies: ['IfNotPresent', 'Always', 'IfNotPresent'] } } });
    expect(await first.ended).toEqual({ exitCode: 0, stderr: '' });
    const pulled = expect.stringMatching(
      /^Normal Pulled: Successfully pulled image "\S+" in [\d.]+s \([\d.]+s including waiting\). Image size: \d+ bytes.$/,
    ) as string;
    const pulling = `Normal Pulling: Pulling image "${image}"`;
    const present = `Normal Pulled: Container image "${image}" already present on machine and can be accessed by the pod`;
    expect(imageEvents(first, 'web')).toEqual([pulling, pulled, pulling, pulled, present]);
    const { status } = first.pods.get('web') ?? {};
    const imageID = `${registry.repository}@${registry.manifestDigest}`;
    expect([...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]).toMatchObject(
      Array.from({ length: 3 }, () => ({ image, imageID })),
    );

    await registry.close();
    const absent = `${registry.address}/team/other:1`;
    const invalid = `${registry.address}/Team/app`;
    const second = start({
      engine,
      pods: {
        present: { image, policies: ['IfNotPresent', 'Never'] },
        always: { image, policies: ['Always'] },
        never: { image: absent, policies: ['Never'] },
        invalid: { image: invalid, policies: ['Always'] },
      },
    });
    const reasons = { always: 'ImagePullBackOff', never: 'ErrImageNeverPull', invalid: 'InvalidImageName' };
    await second.until(
      () =>
        second.pods.get('present')?.status.phase === 'Succeeded' &&
        Object.entries(reasons).every(([pod, reason]) => waiting(second, pod).reason === reason),
    );
    const problem = `Failed to apply default image tag "${invalid}": couldn't parse image name "${invalid}": invalid reference format: repository name (Team/app) must be lowercase`;
    expect([imageEvents(second, 'present'), imageEvents(second, 'never'), imageEvents(second, 'invalid')]).toEqual([
      [present, present],
      [
        `Warning ErrImageNeverPull: Container image "${absent}" is not present with pull policy of Never`,
        'Warning Failed: Error: ErrImageNeverPull',
      ],
      [`Warning InspectFailed: ${problem}`, 'Warning Failed: Error: InvalidImageName'],
    ]);
    expect(waiting(second, 'invalid').message).toBe(problem);
    await interrupted(second);
  });
});

describe.concurrent('a registry that fails', () => {
  const notFound = '<html>\n<body>\nNot here\n</body>\n</html>\n';
  const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
  /** How it answers, and what the Pod waits with: one line, for "." is no line break. */
  const failures: Readonly<Record<string, readonly [answers: Answers, reason: RegExp]>> = {
    'no-json': [{ manifest: respond(200, manifestType, 'no JSON\nat all\n') }, /^ErrImagePull: .*invalid character 'o'.*$/],
    html: [{ manifest: respond(200, 'text/html', '<html>\nSign in\n</html>\n') }, /^ErrImagePull: .*(invalid character '<'|text\/html).*$/],
    'html-404': [{ manifest: respond(404, 'text/html', notFound) }, /^ErrImagePull: .*(not found|\b404\b.*)$/],
    error: [{ manifest: respond(500, 'text/plain', 'out of\norder\n') }, /^ErrImagePull: .*500 Internal Server Error$/],
    unavailable: [{ manifest: respond(503, 'text/plain', '') }, /^(ErrImagePull|RegistryUnavailable): .*503 Service Unavailable$/],
    tampered: [{ layer: tamper }, /^ErrImagePull: .*(unexpected commit digest|verification failed|Digest did not match).*$/],
  };

  test.for(engines)('gives %s a reason of one line', async (engine) => {
    const image = await testImage(100_000);
    const pods: Record<string, PullPod> = {};
    for (const [name, [answers]] of Object.entries(failures)) {
      const { repository } = await startRegistry(image, answers);
      pods[name] = { image: `${repository}:1`, policies: ['Always'] };
    }
    const run = start({ engine, pods });
    await run.until(() => Object.keys(failures).every((pod) => waiting(run, pod).reason === 'ImagePullBackOff'));
    const reasons = Object.entries(failures).map(([pod, [, reason]]) => [pod, expect.stringMatching(reason) as string]);
    const waits = Object.keys(failures).map((pod) => [pod, waiting(run, pod).message?.replace(/^Back-off pulling image "\S+": /, '')]);
    expect(Object.fromEntries(waits)).toEqual(Object.fromEntries(reasons));
    await interrupted(run);
  });

  test.for(engines)('gives %s the image once it works again', async (engine) => {
    const error = await startRegistry(await runnableImage(100_000), { manifest: respond(500, 'text/plain', '') });
    const cut = await startRegistry(await runnableImage(100_000), { layer: cutHalfway });
    const pod = ({ repository }: FakeRegistry): PullPod => ({ image: `${repository}:1`, policies: ['IfNotPresent'] });
    const run = start({ engine, pods: { error: pod(error), cut: pod(cut) } });
    const backsOff = (name: string): Promise<void> => run.until(() => waiting(run, name).reason === 'ImagePullBackOff');
    await backsOff('error');
    error.answers = {};
    // Docker begins anew by itself what was cut.
    await (engine === 'docker' ? cut.failed : backsOff('cut'));
    cut.answers = {};
    expect(await run.ended).toEqual({ exitCode: 0, stderr: '' });
    const pulled = expect.stringMatching(/^Normal Pulled: Successfully pulled image /) as string;
    expect([imageEvents(run, 'error').at(-1), imageEvents(run, 'cut').at(-1)]).toEqual([pulled, pulled]);
  });
});

describe.concurrent('a registry that stalls', () => {
  const stalls: Readonly<Record<string, Answers>> = {
    'before the manifest': { manifest: stall },
    'in the middle of a layer': { layer: stallHalfway },
  };
  test.for(onEach(stalls))('%s is interrupted at once %s', async ([engine, , answers]) => {
    const registry = await startRegistry(await testImage(100_000), answers);
    const run = start({ engine, pods: { web: { image: `${registry.repository}:1`, policies: ['Always'] } } });
    await registry.failed;
    await run.until(() => waiting(run, 'web').reason === 'ContainerCreating');
    await interrupted(run);
  });
});

describe.concurrent('a registry that is slow', () => {
  // Podman tells no bytes of registries without TLS.
  test.for(engines.filter((engine) => engine !== 'podman'))('%s tells how far it has come', async (engine) => {
    const registry = await startRegistry(await testImage(3_000_000), { layer: trickle });
    const pods = { web: { image: `${registry.repository}:1`, policies: ['Always'] as const } };
    const run = start({ engine, pods, args: ['-o', 'text'] });
    await run.until(() => run.lines.some((line) => /- waits for image \S+ \(\d\d%\)$/.test(line)));
    await interrupted(run);
  });
});

function onEach<T>(table: Readonly<Record<string, T>>): (readonly [EngineName, string, T])[] {
  return engines.flatMap((engine) => Object.entries(table).map(([name, value]) => [engine, name, value] as const));
}

function start(request: Omit<PullRequest, 'folder'>): SupervisedRun {
  const run = startPulls({ folder, ...request });
  runs.push(run);
  return run;
}

async function startRegistry(...[image, answers]: Parameters<typeof FakeRegistry.start>): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(image, answers);
  registries.push(registry);
  return registry;
}

/** The run reacts however its pulls hang, and that is no failure. */
async function interrupted(run: SupervisedRun): Promise<{ readonly stderr: string }> {
  run.kill('SIGINT');
  const { exitCode, stderr } = await run.ended;
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'outrider: interrupted: the Pods are ended with their grace period; once more kills them\n',
  });
  return { stderr };
}
