import type { PercentOrAbsolute } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from './errors';
import { LARGEST } from './numbers';

/**
 * A number, or a percentage as text (`25%`), as Kubernetes takes it.
 * @param whole whether it can be no more than 100 %
 * @throws where it is no whole number, or below 0
 */
export function amountOf(
  scope: IConstruct, property: string, { value }: PercentOrAbsolute, whole = false,
): number | string {
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 0 && value <= LARGEST) return value;
    refuse(scope, `${property} is ${value}: it must be a whole number, 0 or more`);
  }
  const [, percent] = /^(\d{1,6})%$/.exec(`${value}`) ?? [];
  if (percent === undefined) refuse(scope, `${property} is ${value}: it must be a whole percentage, 0 or more`);
  if (whole && Number(percent) > 100) refuse(scope, `${property} is ${value}: it must be 100 % or less`);
  return value;
}
