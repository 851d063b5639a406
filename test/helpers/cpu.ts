/**
 * Starts to count the processor time of this process; the function gives what was used since, milliseconds. For tests
 * that say that work is short: on a busy machine its wall time is anything.
 */
export function cpuClock(): () => number {
  const began = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
}
