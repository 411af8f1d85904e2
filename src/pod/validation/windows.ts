import type { Api, PodSpec } from '../types.ts';
import { allContainers } from './context.ts';
import { type Errors, invalid, invalidBecause, Json } from './field-error.ts';
import { byteLength, dnsSubdomain } from './formats.ts';

/** `windowsOptions` of a Pod or a container. */
export function* validateWindowsOptions(options: Api<'WindowsSecurityContextOptions'> | undefined, field: string): Errors {
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options ?? {};
  if (gmsaCredentialSpecName !== undefined) {
    yield* invalidBecause(`${field}.gmsaCredentialSpecName`, new Json(gmsaCredentialSpecName), dnsSubdomain(gmsaCredentialSpecName));
  }
  if (gmsaCredentialSpec !== undefined) {
    const path = `${field}.gmsaCredentialSpec`;
    if (gmsaCredentialSpec === '') yield invalid(path, new Json(''), 'gmsaCredentialSpec cannot be an empty string');
    else if (byteLength(gmsaCredentialSpec) > 64 * 1024) {
      yield invalid(path, new Json(gmsaCredentialSpec), 'gmsaCredentialSpec size must be under 64 KiB');
    }
  }
  if (runAsUserName !== undefined) {
    yield* invalidBecause(`${field}.runAsUserName`, new Json(runAsUserName), userNameProblems(runAsUserName));
  }
}

/** "DOMAIN\USER", the domain in the NetBIOS or the DNS form, or "USER". */
function* userNameProblems(name: string): Generator<string> {
  const parts = name.split('\\');
  if (name === '') yield 'runAsUserName cannot be an empty string';
  else if (/\p{Cc}/u.test(name)) yield 'runAsUserName cannot contain control characters';
  else if (parts.length > 2) yield 'runAsUserName cannot contain more than one backslash';
  else {
    const [user = '', domain] = parts.toReversed();
    if (domain !== undefined) yield* domainProblems(domain);
    if (user === '') yield "runAsUserName's User cannot be empty";
    else if (byteLength(user) > 104) yield "runAsUserName's User length must not be longer than 104 characters";
    if (/^[. ]+$/.test(user)) yield "runAsUserName's User cannot contain only periods or spaces";
    if (/["/\\:;|=,+*?<>@[\]]/.test(user)) yield 'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]';
  }
}

function* domainProblems(domain: string): Generator<string> {
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
  const isNetBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/.test(domain);
  const isDns = new RegExp(`^${label}(?:\\.${label})*$`).test(domain);
  if (byteLength(domain) >= 256) yield "runAsUserName's Domain length must be under 256 characters";
  if (!isNetBios && !isDns) yield "runAsUserName's Domain doesn't match the NetBios nor the DNS format";
}

/** Containers that are processes of a Windows host: all of them or none. */
export function* validateHostProcess(spec: PodSpec, field: string): Errors {
  const ofPod = spec.securityContext.windowsOptions?.hostProcess;
  const containers = [...allContainers(spec)];
  let count = 0;
  for (const [{ securityContext }, path] of containers) {
    const own = securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      yield invalid(`${path}.securityContext.windowsOptions.hostProcess`, own, detail);
    }
    if (own ?? ofPod) count++;
  }
  if (count === 0) return;
  if (count !== containers.length) {
    yield invalid(field, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers');
  }
  if (!spec.hostNetwork)
    yield invalid(`${field}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers');
}
