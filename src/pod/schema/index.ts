import { aliasTypes } from './alias.ts';
import { containerTypes } from './container.ts';
import { metaTypes } from './meta.ts';
import { objectTypes } from './object.ts';
import { podSpecTypes } from './pod-spec.ts';
import { podStatusTypes } from './pod-status.ts';
import { volumeTypes } from './volume.ts';
import { workloadTypes } from './workload.ts';

/** Every struct of the v1 API that a manifest can reach from a Pod, a kind that carries its template, or an object it refers to. */
export type StructTypes = typeof metaTypes &
  typeof containerTypes &
  typeof volumeTypes &
  typeof podSpecTypes &
  typeof podStatusTypes &
  typeof objectTypes &
  typeof workloadTypes;

export const structTypes: StructTypes = {
  ...metaTypes,
  ...containerTypes,
  ...volumeTypes,
  ...podSpecTypes,
  ...podStatusTypes,
  ...objectTypes,
  ...workloadTypes,
};

export { aliasTypes };
export type StructName = keyof StructTypes;
export type AliasName = keyof typeof aliasTypes;
