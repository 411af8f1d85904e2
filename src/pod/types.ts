import type { AliasName, StructName, StructTypes, aliasTypes } from './schema/index.ts';

/**
 * The TypeScript types of the API, derived from the schema tables: one list of fields serves the decoder,
 * the validation and the compiler. A field marked "!" in the table is required here.
 */
export type Api<Name extends StructName> = Struct<StructTypes[Name]>;

export type Pod = Api<'Pod'>;
export type PodSpec = Api<'PodSpec'>;
export type PodStatus = Api<'PodStatus'>;
export type PodCondition = Api<'PodCondition'>;
export type ObjectMeta = Api<'ObjectMeta'>;
export type Container = Api<'Container'>;
export type ContainerStatus = Api<'ContainerStatus'>;
export type ContainerState = Api<'ContainerState'>;
export type ContainerStateTerminated = Api<'ContainerStateTerminated'>;
export type ContainerPort = Api<'ContainerPort'>;
export type Probe = Api<'Probe'>;
export type LifecycleHandler = Api<'LifecycleHandler'>;
export type EnvVar = Api<'EnvVar'>;
export type EnvFromSource = Api<'EnvFromSource'>;
export type Volume = Api<'Volume'>;
export type VolumeMount = Api<'VolumeMount'>;
export type KeyToPath = Api<'KeyToPath'>;
export type SecurityContext = Api<'SecurityContext'>;
export type PodSecurityContext = Api<'PodSecurityContext'>;
export type ResourceRequirements = Api<'ResourceRequirements'>;
export type ConfigMap = Api<'ConfigMap'>;
export type Secret = Api<'Secret'>;
export type Service = Api<'Service'>;
export type PersistentVolumeClaim = Api<'PersistentVolumeClaim'>;
export type ApiEvent = Api<'Event'>;

type Struct<Fields> = {
  -readonly [K in keyof Fields as Fields[K] extends `${string}!` ? K : never]: Value<Fields[K]>;
} & {
  -readonly [K in keyof Fields as Fields[K] extends `${string}!` ? never : K]?: Value<Fields[K]>;
};

type Value<T> = T extends `${infer Bare}!`
  ? Value<Bare>
  : T extends `[]byte` | `[]uint8`
    ? string
    : T extends `[]${infer Item}`
      ? Value<Item>[]
      : T extends `map[${string}]${infer Item}`
        ? Record<string, Value<Item>>
        : T extends StructName
          ? Api<T>
          : T extends AliasName
            ? Value<(typeof aliasTypes)[T]>
            : T extends keyof Scalars
              ? Scalars[T]
              : never;

/** What a scalar of the API is after decoding. Quantities keep the text they were written in. */
interface Scalars {
  string: string;
  bool: boolean;
  int32: number;
  int64: number;
  Quantity: string;
  IntOrString: number | string;
  /** RFC 3339. */
  Time: string;
  MicroTime: string;
  any: unknown;
}
