import { utf8Text } from './bytes.ts';
import { ConfigError } from './config-error.ts';
import { fieldValue, resourceValue, type PodAddresses } from './downward-api.ts';
import { expand, lookupIn } from './expansion.ts';
import { quote } from './go-quote.ts';
import { secretBytes } from './object-data.ts';
import { lookup } from './records.ts';
import type { References } from './references.ts';
import { serviceEnvironment } from './service-environment.ts';
import type { ConfigMap, Container, EnvFromSource, EnvVar, Pod, Secret } from './types.ts';

/** What the environment of a container takes from beside the Pod's spec. */
export interface EnvironmentFacts extends PodAddresses {
  /**
   * The value of `key` in the env file at `path` of a volume of the Pod (see `envFileValue`), undefined when the file
   * does not have it; throws when the file cannot be read. Absent: this runtime has no such volumes.
   */
  readonly readFileKey?: (volumeName: string, path: string, key: string) => string | undefined;
}

/**
 * The variables that the Pod gives a container, in the order in which they are defined: `envFrom`, `env` with `$(NAME)`
 * of what stands before it, then the Services'. These alone are what `$(NAME)` in command, args and subPathExpr sees; the
 * image's own come beneath them with `withImageEnvironment`. Throws `ConfigError` where a source is missing.
 */
export function containerEnvironment(
  pod: Pod,
  container: Container,
  references: References,
  facts: EnvironmentFacts,
): Record<string, string> {
  const sources: Sources = { pod, container, references, facts };
  const services = serviceEnvironment(pod, references.services());
  const variables = emptyRecord();
  for (const source of container.envFrom ?? []) Object.assign(variables, bulkValues(source, sources));
  for (const variable of container.env ?? []) {
    const value = variable.value ? expand(variable.value, lookupIn(variables, services)) : sourceValue(variable, sources);
    if (value !== undefined) variables[variable.name] = value;
  }
  return Object.assign(emptyRecord(), services, variables);
}

/** Lays the variables of a container over those of its image (`Env` of the OCI image configuration: `NAME=value`). */
export function withImageEnvironment(
  image: readonly string[] | undefined,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const result = emptyRecord();
  for (const line of image ?? []) {
    const [name = ''] = line.split('=', 1);
    if (name !== '') result[name] = line.slice(name.length + 1);
  }
  return Object.assign(result, variables);
}

interface Sources {
  readonly pod: Pod;
  readonly container: Container;
  readonly references: References;
  readonly facts: EnvironmentFacts;
}

/** The values of one envFrom source, nothing when it is optional and missing. */
function bulkValues({ prefix = '', configMapRef, secretRef }: EnvFromSource, { references }: Sources): Record<string, string> {
  const values = emptyRecord();
  if (configMapRef) {
    const data = configMap(references, configMapRef)?.data ?? {};
    for (const [key, value] of Object.entries(data)) values[prefix + key] = value;
  } else if (secretRef) {
    const found = secret(references, secretRef);
    for (const [key, value] of found === undefined ? [] : secretBytes(found)) values[prefix + key] = utf8Text(value);
  }
  return values;
}

/** The value of a variable without literal text; undefined when its source is optional and missing: it is not set at all. */
function sourceValue({ valueFrom }: EnvVar, sources: Sources): string | undefined {
  const { pod, container, references, facts } = sources;
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom ?? {};
  if (fieldRef) return fieldValue(pod, references, fieldRef.fieldPath, facts);
  if (resourceFieldRef) return resourceValue(pod, references, resourceFieldRef, container);
  if (configMapKeyRef) {
    const found = configMap(references, configMapKeyRef);
    return found && keyValue(lookup(found.data, configMapKeyRef.key), 'ConfigMap', configMapKeyRef, pod);
  }
  if (secretKeyRef) {
    const found = secret(references, secretKeyRef);
    const bytes = found && secretBytes(found).get(secretKeyRef.key);
    return found && keyValue(bytes && utf8Text(bytes), 'Secret', secretKeyRef, pod);
  }
  if (fileKeyRef) return fileValue(fileKeyRef, facts);
  return '';
}

interface KeyReference {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

function keyValue(value: string | undefined, kind: string, { name = '', key, optional }: KeyReference, pod: Pod): string | undefined {
  if (value !== undefined || optional) return value;
  throw new ConfigError(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`);
}

interface ObjectReference {
  readonly name?: string;
  readonly optional?: boolean;
}

function configMap(references: References, { name = '', optional }: ObjectReference): ConfigMap | undefined {
  const found = references.configMap(name);
  if (found === undefined && !optional) throw new ConfigError(`configmap ${quote(name)} not found`);
  return found;
}

function secret(references: References, { name = '', optional }: ObjectReference): Secret | undefined {
  const found = references.secret(name);
  if (found === undefined && !optional) throw new ConfigError(`secret ${quote(name)} not found`);
  return found;
}

interface FileKeyReference {
  readonly volumeName: string;
  readonly path: string;
  readonly key: string;
  readonly optional?: boolean;
}

function fileValue({ volumeName, path, key, optional }: FileKeyReference, { readFileKey }: EnvironmentFacts): string | undefined {
  if (readFileKey === undefined) throw new ConfigError(`cannot find the volume ${quote(volumeName)} referenced by FileKeyRef`);
  let value: string | undefined;
  try {
    value = readFileKey(volumeName, path, key);
  } catch (cause) {
    throw new ConfigError("couldn't parse env file", { cause });
  }
  // An empty value counts as a missing one, as the kubelet has it.
  if (value) return value;
  if (optional) return undefined;
  throw new ConfigError(`environment variable key ${quote(key)} not found in file ${quote(path)}`);
}

/** Without a prototype: a variable may be called `__proto__`. */
function emptyRecord(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}
