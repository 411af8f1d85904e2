import type { PodSpec } from '../../pod/types.ts';

/**
 * The content of /etc/resolv.conf: the machine's, with what `dnsConfig` adds; nothing but that with dnsPolicy None. An option of
 * the Pod replaces the machine's one of the same name. Source: pkg/kubelet/network/dns.
 */
export function resolvConf({ dnsPolicy, dnsConfig = {} }: Pick<PodSpec, 'dnsPolicy' | 'dnsConfig'>, machine: string): string {
  const base = dnsPolicy === 'None' ? { nameservers: [], searches: [], options: [] } : parse(machine);
  const options = new Map(base.options.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name = '', value } of dnsConfig.options ?? [])
    options.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  const nameservers = [...new Set([...base.nameservers, ...(dnsConfig.nameservers ?? [])])];
  const searches = [...new Set([...base.searches, ...(dnsConfig.searches ?? [])])];
  return [
    ...nameservers.map((address) => `nameserver ${address}\n`),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}\n`] : []),
    ...(options.size > 0 ? [`options ${[...options.values()].join(' ')}\n`] : []),
  ].join('');
}

function parse(text: string): { nameservers: string[]; searches: string[]; options: string[] } {
  const nameservers: string[] = [];
  const options: string[] = [];
  let searches: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver') nameservers.push(...words.slice(0, 1));
    else if (keyword === 'search' || keyword === 'domain') searches = words;
    else if (keyword === 'options') options.push(...words);
  }
  return { nameservers, searches, options };
}
