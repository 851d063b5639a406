import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores is the smallest machine this runs on; real servers and browsers share them with the tests.
    maxWorkers: 2,
    // Times bound a hang and nothing else: a test that takes 20 s on a quiet machine takes minutes on a busy one.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 120_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
