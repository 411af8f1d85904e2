import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**'],
          environment: 'node',
          // Property tests take seconds, more on a busy machine.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/integration/build.ts'],
          setupFiles: ['test/engines/check-leftovers.ts'],
          environment: 'node',
          testTimeout: 180_000,
          hookTimeout: 60_000,
          // One file at a time: what they measure of time is not to be disturbed. Within the comparison with recordings, many cases at once.
          fileParallelism: false,
          maxConcurrency: 6,
        },
      },
    ],
  },
});
