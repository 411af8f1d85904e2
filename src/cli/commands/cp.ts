import { lstat } from 'node:fs/promises';
import { basename, posix } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { type FileSpec, parseFileSpec } from '../copy/file-spec.ts';
import { exitCodes, Failure } from '../failure.ts';
import { oneLine } from '../one-line.ts';
import { chooseContainer } from '../pod-containers.ts';
import type { RemoteStreams, Sink } from '../remote-streams.ts';
import { findPod, podPath, type PodScope } from '../supervisors.ts';
import { streamQuery } from './exec.ts';

export interface CpArguments extends PodScope {
  /** `[[NAMESPACE/]POD:]PATH`, one of them with a Pod. */
  readonly source: string;
  readonly destination: string;
  readonly container: string | undefined;
  /** Owners and permissions stay behind. */
  readonly noPreserve: boolean;
}

export interface CpIO {
  readonly stderr: Writable;
}

type PodFile = Extract<FileSpec, { kind: 'pod' }>;

/** `outrider cp`: copies files and folders to and from containers, with the container's own `tar`. */
export async function runCp(args: CpArguments, io: CpIO): Promise<number> {
  const [source, destination] = [parseFileSpec(args.source), parseFileSpec(args.destination)];
  if (source.kind === 'local' && destination.kind === 'pod') await copyToPod(source.path, destination, args, io);
  else if (source.kind === 'pod' && destination.kind === 'local') await copyFromPod(source, destination.path, args, io);
  else {
    const missing = source.kind === 'pod' ? 'local' : 'remote';
    throw new Failure(`one of src or dest must be a ${missing} file specification`, { exitCode: exitCodes.usage });
  }
  return exitCodes.ok;
}

async function copyToPod(path: string, destination: PodFile, args: CpArguments, { stderr }: CpIO): Promise<void> {
  await lstat(path).catch(() => {
    throw new Failure(`${path} doesn't exist in local filesystem`);
  });
  const run = await commandRunner(destination, args, (line) => void stderr.write(`${line}\n`));
  const isFolder = (await end(await run(['test', '-d', destination.path], false), discard(), discard())) === 0;
  const target = isFolder ? posix.join(destination.path, basename(path)) : posix.normalize(destination.path);
  const preserve = args.noPreserve ? ['--no-same-permissions', '--no-same-owner'] : [];
  const streams = await run(['tar', ...preserve, '-xmf', '-', '-C', posix.dirname(target)], true);
  const { packFiles } = await import('../copy/pack-files.ts');
  const ended = end(streams, discard(), stderr);
  const send = async (): Promise<void> => {
    for await (const chunk of packFiles(path, posix.basename(target), (line) => void stderr.write(`${line}\n`))) await streams.write(chunk);
    streams.endInput();
  };
  // A command that ends early says more than what could not be sent any more.
  const sending = send().catch((error: unknown) => {
    streams.close();
    throw error;
  });
  const [sent, exit] = await Promise.allSettled([sending, ended]);
  if (sent.status === 'rejected') throw sent.reason;
  if (exit.status === 'rejected') throw exit.reason;
  refuseFailure(exit.value);
}

async function copyFromPod(source: PodFile, path: string, args: CpArguments, { stderr }: CpIO): Promise<void> {
  const { unpackFiles } = await import('../copy/unpack-files.ts');
  const warn = (line: string): void => void stderr.write(`${oneLine(line)}\n`);
  const run = await commandRunner(source, args, warn);
  const streams = await run(['tar', 'cf', '-', source.path], false);
  const { archive, done } = unpackFiles(source.path, path, warn);
  const received = end(streams, archive, stderr).finally(() => archive.end(null));
  const [files, exit] = await Promise.allSettled([
    done.catch((error: unknown) => {
      streams.close();
      throw error;
    }),
    received,
  ]);
  if (files.status === 'rejected') throw files.reason;
  if (exit.status === 'rejected') throw exit.reason;
  refuseFailure(exit.value);
}

type CommandRunner = (command: readonly string[], stdin: boolean) => Promise<RemoteStreams>;

async function commandRunner({ pod: name, namespace }: PodFile, args: CpArguments, notice: (line: string) => void): Promise<CommandRunner> {
  const { client, pod } = await findPod(name, { ...args, namespace: namespace ?? args.namespace });
  const container = chooseContainer(pod, args.container, notice);
  const path = podPath(pod.metadata.namespace, pod.metadata.name);
  return (command, stdin) => client.connect(`${path}/exec?${streamQuery({ container: container.name, stdin, tty: false, command })}`);
}

function end(streams: RemoteStreams, stdout: Sink, stderr: Sink): Promise<number> {
  streams.receive({ stdout, stderr });
  return streams.ended;
}

function refuseFailure(exitCode: number): void {
  if (exitCode === 0) return;
  const hint = exitCode === 126 || exitCode === 127 ? ' (the container needs a tar)' : '';
  throw new Failure(`command terminated with exit code ${exitCode}${hint}`, { exitCode });
}

function discard(): Writable {
  return new PassThrough().resume();
}
