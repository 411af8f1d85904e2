import type { Privileges, Target } from './privileges.ts';

/**
 * The program that a Pod's sandbox, its launchers and what waits in them to become a container consist of. There are two of the
 * same behaviour: one for a machine with Perl, which does everything in one process and is three to four times as fast, and one of
 * a shell and the tools that every Linux has.
 */
export interface Launcher {
  /** Files that it consists of, in the Pod's memory. */
  readonly files: Readonly<Record<string, string>>;
  /** Its command line but for the last word, without anything that a shell would interpret. */
  readonly command: string;
  /** What a process reads, in its file `enter`, to enter its container's root as its user; undefined where it cannot. */
  enter(privileges: Privileges, hasTools: boolean, hasTerminal: boolean): string | undefined;
  /** What a process that has entered its root reads from its input to become the container. */
  runInside(target: Target, slot: number): string | Buffer;
  /** What it reads in its file `run` where it has not. */
  runOutside(target: Target): string;
}
