import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Reads what is written to a FIFO. This end is open for writing too, so that the FIFO never ends by itself: `drain` tells what
 * is left when all writers are known to be gone. A FIFO, not a socket pair, because programs open /dev/stdout again.
 */
export class FifoReader {
  readonly #descriptor: number;
  readonly #socket: Socket;
  readonly #onData: (chunk: Buffer) => void;

  constructor(path: string, onData: (chunk: Buffer) => void) {
    this.#onData = onData;
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd: this.#descriptor, readable: true, writable: false });
    this.#socket.on('data', onData);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Hands out what is in the FIFO now and closes it. */
  drain(): void {
    readRest(this.#socket, this.#descriptor, this.#onData);
    this.#socket.removeListener('data', this.#onData);
    this.#socket.destroy();
  }
}

/** A FIFO to write short commands to, and then whatever a container is to read. */
export class FifoWriter {
  readonly descriptor: number;
  readonly #path: string;
  /** Waits where the FIFO is full. */
  #socket: Socket | undefined;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
    this.descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  /** Resolves when more can be taken, and when nobody reads any more. */
  give(chunk: Uint8Array): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#socket ??= openForWriting(this.#path);
    const socket = this.#socket;
    return new Promise((resolve) => void socket.write(chunk, () => resolve()));
  }

  /** What was given is read before the end. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.descriptor);
    this.#socket?.end();
  }
}

function openForWriting(path: string): Socket {
  const socket = new Socket({ fd: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), readable: false, writable: true });
  return socket.on('error', () => undefined);
}

/**
 * A FIFO that carries the output of one command after the other. It ends when the command and all that it started are gone.
 */
export class FifoOutput {
  /** To be given to the command; this program closes its own with `handOver`. */
  readonly writer: number;
  readonly #reader: number;
  readonly #socket: Socket;
  readonly #onData: (chunk: Buffer) => void;
  #isAtEnd = false;

  constructor(path: string, onData: (chunk: Buffer) => void) {
    this.#onData = onData;
    this.#reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(path, constants.O_WRONLY);
    this.#socket = new Socket({ fd: this.#reader, readable: true, writable: false });
    this.#socket.on('data', onData).on('end', () => (this.#isAtEnd = true));
  }

  handOver(): void {
    closeSync(this.writer);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Hands out what is in the FIFO now and closes it; whether nobody has it open any more, so that it can be used again. */
  drain(): boolean {
    this.#isAtEnd ||= readRest(this.#socket, this.#reader, this.#onData);
    this.#socket.removeListener('data', this.#onData);
    this.#socket.destroy();
    return this.#isAtEnd;
  }
}

/** Hands out what a FIFO holds now, and no more: somebody may go on writing. Whether that was its end. */
function readRest(socket: Socket, descriptor: number, onData: (chunk: Buffer) => void): boolean {
  // What a socket had read before it was paused; taking it hands it out.
  while (socket.read() !== null);
  for (let size = 0; size < fifoCapacity;) {
    const chunk = readAvailable(descriptor);
    if (chunk === undefined) return false;
    if (chunk.length === 0) return true;
    onData(chunk);
    size += chunk.length;
  }
  return false;
}

/** In bytes. Source: pipe(7). */
const fifoCapacity = 65536;

/** The next bytes of a descriptor that does not block: none at its end, undefined when there are none now. */
function readAvailable(descriptor: number): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(fifoCapacity);
  try {
    return buffer.subarray(0, readSync(descriptor, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
