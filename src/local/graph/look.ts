import type { NodeKind } from './model';

/** How a kind of node looks. */
export interface Look {
  readonly fill: string;
  readonly line: string;
  readonly dashed?: boolean;
}

/** Dark text on light nodes, which can be read whatever the page behind them is like. */
export const TEXT = '#1f2328';
/** Of arrows, frames and the text beside them: readable on white and on black. */
export const GREY = '#768390';
/** Of what is refused. */
export const RED = '#d1242f';

export const LOOKS: Readonly<Record<NodeKind, Look>> = {
  entrance: { fill: '#ddf4ff', line: '#218bff' },
  caller: { fill: '#f6f8fa', line: '#768390', dashed: true },
  front: { fill: '#fbefff', line: '#a475f9' },
  pods: { fill: '#dafbe1', line: '#2da44e' },
  volume: { fill: '#fff8c5', line: '#bf8700' },
  outside: { fill: '#f6f8fa', line: '#768390', dashed: true },
};
