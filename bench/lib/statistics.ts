/** What a figure was seen to be, over all rounds. */
export interface Figure {
  readonly median: number;
  /** A quarter of the rounds had less. */
  readonly low: number;
  /** A quarter of the rounds had more. */
  readonly high: number;
}

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** Such as `1.04 (1.02–1.09)`: the median, and where half of the rounds lie. */
export function shown({ median, low, high }: Figure, digits = 2): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
