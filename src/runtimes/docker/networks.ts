import type { NetworkInspect } from './api-types.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { instanceLabel, kindLabels } from './labels.ts';
import type { Labels } from '../containers/container-engine.ts';

/**
 * The Pod network: one bridge for each state folder, with the engine's name server, made when a sandbox needs it and removed with the
 * last. Several programs may do so at once: what another has made or removed meanwhile is no error.
 */
export class Networks {
  readonly #api: HttpApi;
  readonly #present = new Map<string, Promise<string | undefined>>();

  constructor(api: HttpApi) {
    this.#api = api;
  }

  /** Resolves with the network's gateway, the host as containers see it. `anew`: it is gone meanwhile. */
  ensure(name: string, labels: Labels, anew = false): Promise<string | undefined> {
    const known = anew ? undefined : this.#present.get(name);
    if (known !== undefined) return known;
    const created = this.#create(name, labels);
    this.#present.set(name, created);
    created.catch(() => this.#present.delete(name));
    return created;
  }

  async remove(name: string): Promise<void> {
    this.#present.delete(name);
    try {
      await this.#api.call('DELETE', `/networks/${name}`);
    } catch (error) {
      // Gone already, or used by a sandbox that was made meanwhile: 403 of Docker, 409 of Podman.
      if (!(error instanceof ApiError && [403, 404, 409].includes(error.status))) throw error;
    }
  }

  async #create(name: string, labels: Labels): Promise<string | undefined> {
    const body = { Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels };
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#api.call('POST', '/networks/create', { body });
        break;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // Docker says 409; Podman 500, and later versions 409.
        if (error.status === 409 || /already (exists|used)/.test(error.message)) break;
        // Podman looks at every interface of the machine, and an interface has gone while it did.
        if (!error.message.includes('no such network interface') || attempt === mostAttempts) throw error;
      }
    }
    const { IPAM } = await this.#api.call<NetworkInspect>('GET', `/networks/${name}`);
    return IPAM?.Config?.find(({ Gateway }) => Gateway !== undefined && Gateway !== '')?.Gateway;
  }
}

const mostAttempts = 10;

/** The network of a sandbox with these labels. */
export function networkOf(labels: Labels): { readonly name: string; readonly labels: Labels } {
  const instance = labels[instanceLabel] ?? 'default';
  return { name: `outrider-${instance}`, labels: { ...kindLabels('network'), [instanceLabel]: instance } };
}
