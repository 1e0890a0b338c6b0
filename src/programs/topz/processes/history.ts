/** The course of one process or container: percent of one core, and resident KiB; the last point is the newest. */
export type Trend = { cpu: number[]; rss: number[] };

export type Point = { key: string; cpu: number; rss: number };

export type History = {
  /** Adds a point to each line named; lines that are not named have ended and are forgotten. */
  add(time: number, points: Iterable<Point>): void;
  /** The points' times, milliseconds since 1970. */
  times(): number[];
  trend(key: string): Trend;
};

/** Keeps the last `length` points of every line. A line that began later is shorter; lines end together. */
export function createHistory(length: number): History {
  let lines = new Map<string, Trend>();
  let times: number[] = [];
  return {
    add(time, points) {
      const next = new Map<string, Trend>();
      times = [...times, time].slice(-length);
      for (const { key, cpu, rss } of points) {
        const line = lines.get(key) ?? { cpu: [], rss: [] };
        line.cpu.push(cpu);
        line.rss.push(Math.round(rss / 1024));
        if (line.cpu.length > length) {
          line.cpu.shift();
          line.rss.shift();
        }
        next.set(key, line);
      }
      lines = next;
    },
    times: () => times,
    trend: (key) => lines.get(key) ?? { cpu: [], rss: [] },
  };
}
