import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, type handleServerStreamingCall, type handleUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import descriptor from '../../../src/runtimes/cri/proto/descriptor.json' with { type: 'json' };

/** A CRI engine of the kind of CRI-O whose containers exist in a list only. */
export class FakeCri {
  readonly folder = mkdtempSync(join(tmpdir(), 'outrider-fake-cri-'));
  readonly address = join(this.folder, 'cri.sock');
  readonly states = new Map<string, 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED'>();
  readonly #events: 'none' | 'disabled' | 'enabled';
  readonly #listeners: ServerWritableStream<object, object>[] = [];
  readonly #server = new Server();

  constructor(events: 'none' | 'disabled' | 'enabled') {
    this.#events = events;
    const service = protobuf.Root.fromJSON(descriptor as protobuf.INamespace).lookupService('runtime.v1.RuntimeService');
    const unary: Record<string, (request: { containerId: string }) => object> = {
      Version: () => ({ runtimeName: 'cri-o', runtimeVersion: '1.30.1', runtimeApiVersion: 'v1' }),
      PodSandboxStatus: () => ({ status: { id: 's', annotations: { 'outrider.config': '{}' } } }),
      ListPodSandbox: () => ({ items: [{ id: 's', state: 'SANDBOX_READY' }] }),
      ListContainers: () => ({ containers: [...this.states].filter(([, state]) => state === 'CONTAINER_RUNNING').map(([id]) => ({ id })) }),
      CreateContainer: () => {
        const containerId = `c${this.states.size}`;
        this.states.set(containerId, 'CONTAINER_CREATED');
        return { containerId };
      },
      StartContainer: ({ containerId }) => {
        this.states.set(containerId, 'CONTAINER_RUNNING');
        return {};
      },
      ContainerStatus: ({ containerId }) => ({
        status: { id: containerId, state: this.states.get(containerId), startedAt: 5e6, finishedAt: 7e6, exitCode: 3, imageRef: 'i' },
      }),
    };
    for (const [name, handle] of Object.entries(unary)) {
      const handler: handleUnaryCall<{ containerId: string }, object> = ({ request }, callback) => callback(null, handle(request));
      this.#server.addService({ [name]: definition(service, name) }, { [name]: handler });
    }
    if (events === 'none') return;
    const follow: handleServerStreamingCall<object, object> = (call) => {
      if (this.#events === 'disabled') call.end();
      else this.#listeners.push(call);
    };
    this.#server.addService({ GetContainerEvents: definition(service, 'GetContainerEvents') }, { GetContainerEvents: follow });
  }

  listen(): Promise<unknown> {
    return new Promise((resolve) => this.#server.bindAsync(`unix:${this.address}`, ServerCredentials.createInsecure(), resolve));
  }

  /** Whether somebody listens to its events. */
  get isWatched(): boolean {
    return this.#listeners.length > 0;
  }

  end(containerId: string): void {
    this.states.set(containerId, 'CONTAINER_EXITED');
    for (const listener of this.#listeners) listener.write({ containerId, containerEventType: 'CONTAINER_STOPPED_EVENT' });
  }

  close(): void {
    this.#server.forceShutdown();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function definition(service: protobuf.Service, name: string): Parameters<Server['addService']>[0][string] {
  const method = service.methods[name] as protobuf.Method;
  const type = (message: string): protobuf.Type => (service.parent as protobuf.Namespace).lookupType(message);
  const [request, response] = [type(method.requestType), type(method.responseType)];
  return {
    path: `/runtime.v1.RuntimeService/${name}`,
    requestStream: false,
    responseStream: method.responseStream ?? false,
    requestSerialize: (message: object) => Buffer.from(request.encode(message).finish()),
    requestDeserialize: (bytes: Buffer) => request.decode(bytes),
    responseSerialize: (message: object) => Buffer.from(response.encode(response.fromObject(message)).finish()),
    responseDeserialize: (bytes: Buffer) => response.decode(bytes),
  };
}
