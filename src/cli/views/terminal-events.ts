/** What happens to the terminal beside what is written to it. */
export interface TerminalEvents {
  /** Returns what ends the subscription. */
  readonly subscribe: (listener: TerminalListener) => () => void;
}

export interface TerminalListener {
  /** Its size changed. */
  readonly resized: () => void;
  /** Ctrl-Z: the program stops right after this. */
  readonly suspended: () => void;
  /** The program goes on, below what the shell has printed. */
  readonly resumed: () => void;
}

/** The events of this process's terminal. */
export function terminalEvents(stream: NodeJS.WriteStream): TerminalEvents {
  return {
    subscribe({ resized, suspended, resumed }) {
      const stop = (): void => {
        suspended();
        process.kill(process.pid, 'SIGSTOP');
      };
      stream.on('resize', resized);
      process.on('SIGTSTP', stop).on('SIGCONT', resumed);
      return () => {
        stream.off('resize', resized);
        process.off('SIGTSTP', stop).off('SIGCONT', resumed);
      };
    },
  };
}
