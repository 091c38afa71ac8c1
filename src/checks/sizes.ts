import { Size, SizeRoundingBehavior } from 'cdk8s';

/** A size in bytes, rounded up: whoever reads it knows no fractions. */
export function bytes(size: Size): number {
  return Math.ceil(kibibytes(size) * 1024);
}

/** A size in KiB, with a fraction where it has one. */
export function kibibytes(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
}
