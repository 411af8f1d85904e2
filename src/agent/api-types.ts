import type { Wait } from '../lifecycle/wait.ts';
import type { ReferenceObjects } from '../manifest/references.ts';
import type { Workload } from '../manifest/workload.ts';
import type { ApiEvent, ConfigMap, Container, PersistentVolumeClaim, Pod, Secret, Service } from '../pod/types.ts';

/** `GET /outrider/v1/info`. */
export interface SupervisorInfo {
  readonly version: string;
  readonly pid: number;
  readonly kind: 'agent' | 'run';
  readonly stateDirectory: string;
  /** Those that were used so far. */
  readonly runtimes: readonly { readonly name: string; readonly description: string }[];
  readonly manifestsDirectory?: string;
}

export interface PodList {
  readonly kind: 'PodList';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Pod[];
}

export interface EventList {
  readonly kind: 'EventList';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly ApiEvent[];
}

/** One line of a watch (`?watch=true`). */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Pod | ApiEvent;
}

/** Of an error, as the API server answers it, and of the error channel of exec and attach. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly causes?: readonly { readonly reason: string; readonly message: string }[];
  };
  readonly code?: number;
}

/** `GET /outrider/v1/namespaces/NS/pods/NAME/waits`. */
export interface WaitList {
  readonly items: readonly Wait[];
}

/** `PATCH /api/v1/namespaces/NS/pods/NAME/ephemeralcontainers`: containers to add. */
export interface EphemeralContainersPatch {
  readonly ephemeralContainers: readonly (Partial<Container> & { readonly targetContainerName?: string })[];
}

/** `POST /outrider/v1/run`. */
export interface RunRequest {
  readonly workloads: readonly Workload[];
  readonly objects: WireObjects;
  /** Undefined: the supervisor's own default. */
  readonly runtime?: string;
  readonly options: WorkloadOptions;
}

/** Answer to `POST /outrider/v1/run`. */
export interface RunResponse {
  readonly pods: readonly Pod[];
}

/** What a Pod is run with beside its manifest; kept in its record. */
export interface WorkloadOptions {
  /** Undefined: what the Pod's annotation says. */
  readonly initFailure?: 'restart' | 'restart-pod';
  /** Further names that resolve inside the containers. */
  readonly hosts?: readonly { readonly name: string; readonly address: string }[];
  /** `[[ADDRESS:]HOSTPORT:]CONTAINERPORT[/PROTOCOL]`. */
  readonly publish?: readonly string[];
  /** Absolute paths of the files that say what images are on this machine (process runtime), in order; a later one wins. */
  readonly standIns?: readonly string[];
}

/** What Pods refer to, as it travels and is stored. */
export interface WireObjects {
  readonly configMaps: readonly ConfigMap[];
  readonly secrets: readonly Secret[];
  readonly services: readonly Service[];
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[];
}

export function toWireObjects(objects: ReferenceObjects): WireObjects {
  return {
    configMaps: [...objects.configMaps.values()],
    secrets: [...objects.secrets.values()],
    services: [...objects.services.values()],
    persistentVolumeClaims: [...objects.persistentVolumeClaims.values()],
  };
}
