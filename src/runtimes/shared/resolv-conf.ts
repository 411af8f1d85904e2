import type { PodSpec } from '../../pod/types.ts';

/** What a resolv.conf says. */
export interface DNS {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/**
 * The machine's name servers, given as its resolv.conf, with what `dnsConfig` adds; nothing but that with dnsPolicy None. An option
 * of the Pod replaces the machine's one of the same name. Source: pkg/kubelet/network/dns.
 */
export function podDNS({ dnsPolicy, dnsConfig = {} }: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'>, machine: string): DNS {
  const base = dnsPolicy === 'None' ? { servers: [], searches: [], options: [] } : parse(machine);
  const options = new Map(base.options.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name = '', value } of dnsConfig.options ?? [])
    options.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return {
    servers: [...new Set([...base.servers, ...(dnsConfig.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(dnsConfig.searches ?? [])])],
    options: [...options.values()],
  };
}

/** The content of /etc/resolv.conf. */
export function resolvConf(spec: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'>, machine: string): string {
  const { servers, searches, options } = podDNS(spec, machine);
  return [
    ...servers.map((address) => `nameserver ${address}\n`),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}\n`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}\n`] : []),
  ].join('');
}

function parse(text: string): { servers: string[]; searches: string[]; options: string[] } {
  const servers: string[] = [];
  const options: string[] = [];
  let searches: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver') servers.push(...words.slice(0, 1));
    else if (keyword === 'search' || keyword === 'domain') searches = words;
    else if (keyword === 'options') options.push(...words);
  }
  return { servers, searches, options };
}
