import { execFile } from 'node:child_process';
import { oneLine } from './one-line.ts';

/**
 * Tells systemd that this service is ready, where it waits for that: sd_notify(3), by systemd's own program, since Node.js has no
 * datagrams for Unix sockets.
 */
export function notifySystemd(env: NodeJS.ProcessEnv, notice: (line: string) => void): void {
  if (env['NOTIFY_SOCKET'] === undefined) return;
  execFile('systemd-notify', ['--ready', `--pid=${process.pid}`], { env }, (error, _stdout, stderr) => {
    if (error === null) return;
    const reason = stderr.trim() || error.message;
    notice(`systemd is not told that the agent is ready (${oneLine(reason)}); where there is no systemd-notify, use Type=exec`);
  });
}
