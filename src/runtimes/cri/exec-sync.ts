import type { ExecResult } from '../../engine/runtime-service.ts';
import type { RuntimeApi } from './cri-api.ts';
import { Code, hasCode } from './grpc/call-error.ts';
import type { Service } from './grpc/service.ts';

/** Runs a command to its end. The CRI counts timeouts in seconds: a fraction is rounded up. */
export async function execSync(
  runtime: Service<RuntimeApi>,
  containerId: string,
  cmd: readonly string[],
  timeoutMs: number | undefined,
): Promise<ExecResult> {
  const timeout = timeoutMs === undefined ? 0 : Math.max(1, Math.ceil(timeoutMs / 1000));
  try {
    const { stdout, stderr, exitCode } = await runtime.call(
      'ExecSync',
      { containerId, cmd, timeout },
      {
        lost: false,
        // The engine ends the command; a descendant that holds its output can keep the answer back.
        ...(timeout > 0 && { deadlineMs: timeout * 1000 + answerMs }),
      },
    );
    return { kind: 'exited', exitCode, output: Buffer.concat([stdout, stderr]).toString() };
  } catch (error) {
    const { message } = error as Error;
    if (hasCode(error, Code.DeadlineExceeded) || /timeout \S+ exceeded/.test(message)) return { kind: 'timeout', output: '' };
    return { kind: 'error', message };
  }
}

const answerMs = 2000;
