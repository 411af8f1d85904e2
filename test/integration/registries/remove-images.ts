import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { type EngineName, engineAddress } from '../../engines/engines.ts';

/** Takes from the engine what was pulled from a registry. */
export async function removeImages(engine: EngineName, registry: string): Promise<void> {
  if (engine === 'containerd') {
    const ctr = (...args: string[]): Promise<{ stdout: string }> =>
      promisify(execFile)('ctr', ['--address', engineAddress(engine), '--namespace', 'k8s.io', 'images', ...args]);
    const names = (await ctr('list', '--quiet')).stdout.split('\n').filter((name) => name.startsWith(`${registry}/`));
    if (names.length > 0) await ctr('remove', ...names);
    return;
  }
  const images = JSON.parse(await call(engine, 'GET', '/images/json')) as { Id: string; RepoDigests: string[] | null }[];
  for (const { Id, RepoDigests } of images)
    if (RepoDigests?.some((name) => name.startsWith(`${registry}/`))) await call(engine, 'DELETE', `/images/${Id}?force=1`);
}

function call(engine: EngineName, method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: engineAddress(engine), method, path: `/v1.41${path}` }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject).end();
  });
}
