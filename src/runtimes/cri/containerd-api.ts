import type { Connection } from './grpc/connection.ts';
import { Service } from './grpc/service.ts';

/** containerd's own services, for what the CRI lacks: they answer on the same socket. */
export interface ContainerdApi {
  readonly events: Service<EventsApi>;
  readonly tasks: Service<TasksApi>;
  readonly content: Service<ContentApi>;
  readonly images: Service<ImagesApi>;
  readonly leases: Service<LeasesApi>;
}

/** In the namespace of the CRI's containers and images. */
export function containerdApi(connection: Connection): ContainerdApi {
  const names = (name: string): { proto: string; wire: string } => ({
    proto: `containerd.services.${name}`,
    wire: `containerd.services.${name.toLowerCase()}.v1.${name}`,
  });
  const headers = { 'containerd-namespace': criNamespace };
  return {
    events: new Service(connection, names('Events'), headers),
    tasks: new Service(connection, names('Tasks'), headers),
    content: new Service(connection, names('Content'), headers),
    images: new Service(connection, names('Images'), headers),
    leases: new Service(connection, names('Leases'), headers),
  };
}

export const criNamespace = 'k8s.io';

interface EventsApi {
  Publish: { request: { topic: string; event: { typeUrl: string; value: Uint8Array } }; response: object };
  Subscribe: { request: { filters: readonly string[] }; response: Envelope };
}

export interface Envelope {
  readonly timestamp: Timestamp | null;
  readonly topic: string;
  readonly event: { readonly typeUrl: string; readonly value: Uint8Array } | null;
}

export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** Whole milliseconds since the epoch. */
export function milliseconds(time: Timestamp | null): number {
  return time === null ? 0 : time.seconds * 1000 + Math.floor(time.nanos / 1e6);
}

export interface TaskStart {
  readonly containerId: string;
  readonly pid: number;
}

export interface TaskExit {
  readonly containerId: string;
  /** The same as the container's for its first process. */
  readonly id: string;
  readonly exitStatus: number;
  readonly exitedAt: Timestamp | null;
}

export interface TaskDelete {
  readonly containerId: string;
}

interface TasksApi {
  Kill: { request: { containerId: string; signal: number }; response: object };
}

interface ContentApi {
  Info: { request: { digest: string }; response: { readonly info: ContentInfo | null } };
  List: { request: { filters: readonly string[] }; response: { readonly info: readonly ContentInfo[] } };
  Read: { request: { digest: string }; response: { readonly data: Uint8Array } };
  ListStatuses: { request: { filters: readonly string[] }; response: { readonly statuses: readonly Ingest[] } };
  Write: { request: WriteRequest; response: { readonly offset: number; readonly digest: string } };
}

export interface ContentInfo {
  readonly digest: string;
  readonly size: number;
  readonly createdAt: Timestamp | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** A blob on its way into the content store. */
export interface Ingest {
  /** `layer-sha256:...` */
  readonly ref: string;
  readonly offset: number;
  readonly total: number;
  /** When something of it came last. */
  readonly updatedAt: Timestamp | null;
}

interface WriteRequest {
  readonly action: 'STAT' | 'WRITE' | 'COMMIT';
  readonly ref?: string;
  readonly total?: number;
  readonly expected?: string;
  readonly offset?: number;
  readonly data?: Uint8Array;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ContentDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface StoredImage {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target: ContentDescriptor;
}

interface ImagesApi {
  Create: { request: { image: StoredImage }; response: object };
  Update: { request: { image: StoredImage; updateMask: { paths: readonly string[] } }; response: object };
}

interface LeasesApi {
  Create: { request: { id: string; labels: Readonly<Record<string, string>> }; response: object };
  Delete: { request: { id: string; sync: boolean }; response: object };
}
