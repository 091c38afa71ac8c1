import { InvalidArgumentError } from 'commander';
import { parseTrial, Trial } from './try';

/** Readers of the values that the command line is given: each throws what is wrong with its text. */

export function seconds(text: string): number {
  const value = Number(text);
  if (!text.trim() || !(value >= 0 && value <= 3600)) throw new InvalidArgumentError('give seconds from 0 to 3600.');
  return value;
}

export function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1 to 999999.');
  return Number(text);
}

export function replicas(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('give a whole number from 0 to 999.');
  return Number(text);
}

export function command(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, image, line] = /^([^=\s]+)=(.*\S.*)$/.exec(text) ?? [];
  if (!image) throw new InvalidArgumentError("give an image and a command, as in 'ghcr.io/acme/users=node users.js'.");
  return { ...before, [image]: line };
}

export function host(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, address] = /^([^=\s]+)=(\S+)$/.exec(text) ?? [];
  if (!name) throw new InvalidArgumentError("give a name and an address, as in 'rates.example.com=127.0.0.1'.");
  return { ...before, [name]: address };
}

export function trial(text: string): Trial {
  try {
    return parseTrial(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
