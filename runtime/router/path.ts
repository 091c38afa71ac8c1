import { keyVariable } from './key';
import type { NjsRequest } from './njs';
import { targetOf } from './request';
import { pathOf } from '../shared/target';
import { decodeEscapes } from '../shared/text';

/** `$shard_path_decoded`: the path, where it holds escapes or characters other than ASCII. */
function path(r: NjsRequest): string | Uint8Array {
  return keyVariable(r, wholePath);
}

/** `$shard_group_decoded`: the part of the path that is the key, where it still holds escapes. */
function group(r: NjsRequest): string | Uint8Array {
  return keyVariable(r, decodedGroup);
}

function wholePath(r: NjsRequest): string {
  return pathOf(targetOf(r));
}

function decodedGroup(r: NjsRequest): string {
  return decodeEscapes(r.variables.shard_group!);
}

export default { path, group };
