import type { Api, ObjectMeta } from '../types.ts';
import { mirrorKey } from './annotations.ts';
import { duplicate, type Errors, forbidden, invalid, invalidBecause, Json, required } from './field-error.ts';
import { dnsLabel, dnsSubdomain } from './formats.ts';

/** `spec.resourceClaims`: devices that the Pod claims. */
export function* validateResourceClaims(claims: readonly Api<'PodResourceClaim'>[], metadata: ObjectMeta, field: string): Errors {
  const names = new Set<string>();
  for (const [i, claim] of claims.entries()) {
    if (metadata.annotations?.[mirrorKey] !== undefined) yield forbidden('', 'static pods do not support resource claims');
    else yield* validateResourceClaim(claim, names, `${field}[${i}]`);
  }
}

function* validateResourceClaim(claim: Api<'PodResourceClaim'>, names: Set<string>, path: string): Errors {
  const { name, resourceClaimName, resourceClaimTemplateName } = claim;
  if (name === '') yield required(`${path}.name`);
  else if (names.has(name)) yield duplicate(`${path}.name`, name);
  else yield* invalidBecause(`${path}.name`, name, dnsLabel(name));
  names.add(name);
  const shown = new Json({
    Name: name,
    ResourceClaimName: resourceClaimName ?? null,
    ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
  });
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    yield invalid(path, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified');
  }
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    yield invalid(path, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`');
  }
  for (const reference of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    const value = claim[reference];
    if (value !== undefined) yield* invalidBecause(`${path}.${reference}`, value, dnsSubdomain(value));
  }
}
