import { existsSync } from 'node:fs';

/** The engines that tests need, as `test/engines/engines.sh` starts them. */
export type EngineName = 'containerd' | 'docker' | 'podman';

/** An image that every engine of the tests has: busybox with all its applets. */
export const testImage = 'docker.io/library/busybox:1.36';

/** The registry of the tests, without a login, over plain HTTP. */
export const registryAddress = process.env['OUTRIDER_TEST_REGISTRY'] ?? '127.0.0.1:5055';

/** The path of the engine's socket: OUTRIDER_TEST_CONTAINERD, OUTRIDER_TEST_DOCKER, OUTRIDER_TEST_PODMAN, or where the script puts it. */
export function engineAddress(engine: EngineName): string {
  return process.env[`OUTRIDER_TEST_${engine.toUpperCase()}`] ?? `/run/outrider-test/${engine}.sock`;
}

/**
 * Whether the tests of this engine can run; for `describe.runIf`. Says loudly what is not run without it; under CI that is an error.
 */
export function requireEngine(engine: EngineName, what = `the tests of ${engine}`): boolean {
  return requireFile(
    engineAddress(engine),
    what,
    `no ${engine} at ${engineAddress(engine)}; as root, test/engines/engines.sh start starts one`,
  );
}

/** The same for any file that tests need. */
export function requireFile(file: string, what: string, missing: string): boolean {
  if (existsSync(file)) return true;
  if (process.env['CI'] !== undefined) throw new Error(`${what} must run under CI: ${missing}`);
  console.warn(`NOT RUN: ${what}: ${missing}`);
  return false;
}

/** Environment variables by which the program finds this engine, and no other. */
export function engineEnvironment(engine: EngineName, address = engineAddress(engine)): Record<string, string> {
  const variable = { containerd: 'CONTAINER_RUNTIME_ENDPOINT', docker: 'DOCKER_HOST', podman: 'CONTAINER_HOST' }[engine];
  return { [variable]: `unix://${address}` };
}
