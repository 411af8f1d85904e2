import type { HttpApi } from './http-api.ts';
import { kindLabels } from './labels.ts';

/** A container that is never started: what it has mounted can be read and written as archives. Gives its ID. */
export async function createHelper(api: HttpApi, body: object): Promise<string> {
  const labels = kindLabels('helper');
  const { Id } = await api.call<{ Id: string }>('POST', '/containers/create', { body: { ...body, Labels: labels } });
  return Id;
}

export async function removeHelpers(api: HttpApi, ...ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => api.call('DELETE', `/containers/${id}`, { query: { force: true } })));
}
