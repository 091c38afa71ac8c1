import { createHash } from 'node:crypto';

/** Before bytes: no JSON begins with it, and nothing that is stored is empty. */
export const BYTES = 0;

/** A script that the server runs: no other command comes in between. */
export interface Script {
  readonly text: string;
  /** By which the server knows it once it has seen it. */
  readonly sha: string;
}

/**
 * Names of entries that have expired stay in the index: nobody tells of them. Whoever adds an entry that expires looks
 * at some, and goes on while half of them are gone. So they are a third of the index at most (measured where all
 * entries expire).
 */
const SWEEP = `
local function sweep(index, prefix)
  for _ = 1, 4 do
    local gone = 0
    for _, name in ipairs(redis.call('ZRANDMEMBER', index, 4)) do
      if redis.call('EXISTS', prefix .. name) == 0 then gone = gone + redis.call('ZREM', index, name) end
    end
    if gone < 2 then return end
  end
end`;

/**
 * KEYS: the index, the keys that were seen, the keys to be written. ARGV: the prefix, the number seen; for each seen
 * one what it was, empty for nothing; for each written one what it becomes, empty for nothing, and for how long.
 */
export const COMMIT = script(`${SWEEP}
local index, prefix, seen = KEYS[1], ARGV[1], tonumber(ARGV[2])
for i = 1, seen do
  if (redis.call('GET', KEYS[i + 1]) or '') ~= ARGV[i + 2] then return 0 end
end
local new = 0
for i = 1, #KEYS - 1 - seen do
  local key = KEYS[seen + 1 + i]
  local value, ttl = ARGV[seen + 1 + 2 * i], ARGV[seen + 2 + 2 * i]
  local name = string.sub(key, #prefix + 1)
  -- the index first: it fails, if anything does, before something is written
  if value == '' then
    redis.call('ZREM', index, name)
    redis.call('DEL', key)
  else
    local added = redis.call('ZADD', index, 0, name)
    if ttl == '' then redis.call('SET', key, value)
    elseif ttl == 'keep' then redis.call('SET', key, value, 'KEEPTTL')
    else
      redis.call('SET', key, value, 'PX', ttl)
      new = new + added
    end
  end
end
if new > 0 then sweep(index, prefix) end
return 1`);

/** KEYS: the index, the key. ARGV: the prefix. */
export const DELETE = script(`
redis.call('ZREM', KEYS[1], string.sub(KEYS[2], #ARGV[1] + 1))
return redis.call('DEL', KEYS[2])`);

/**
 * KEYS: the index, the key. ARGV: the prefix, what to add, for how long. Answers the sum as text, or what stands there
 * in a list, where it is no whole number, or nothing where the sum is too large. Numbers of Lua are those of
 * JavaScript, and exact up to 2^53.
 */
export const INCREMENT = script(`${SWEEP}
local index, key, prefix, ttl = KEYS[1], KEYS[2], ARGV[1], ARGV[3]
local most = ${Number.MAX_SAFE_INTEGER}
local value = redis.call('GET', key)
local number = 0
if value then
  number = string.match(value, '^-?%d+$') and tonumber(value)
  if not number or math.abs(number) > most then return { value } end
end
local sum = number + tonumber(ARGV[2])
if math.abs(sum) > most then return false end
local text = string.format('%.0f', sum)
local added = redis.call('ZADD', index, 0, string.sub(key, #prefix + 1))
if ttl == 'keep' then redis.call('SET', key, text, 'KEEPTTL')
elseif ttl == '' then redis.call('SET', key, text)
else
  redis.call('SET', key, text, 'PX', ttl)
  if added == 1 then sweep(index, prefix) end
end
return text`);

/** How many names that are gone a list passes over at a time. */
const MOST_GONE = 1_000;

/**
 * KEYS: the index. ARGV: the prefix, from where, to where, how many, how many bytes of values. Answers from where to
 * go on, empty at the end, then keys and values in turn. Names that are gone are forgotten.
 */
export const LIST = script(`
local index, prefix, from, to = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local missing, size, gone = tonumber(ARGV[4]), tonumber(ARGV[5]), 0
local answer = { '' }
while gone < ${MOST_GONE} do
  -- more than are missing where some are gone: they seldom are alone
  local wanted = missing + gone
  local names = redis.call('ZRANGEBYLEX', index, from, to, 'LIMIT', 0, wanted)
  for _, name in ipairs(names) do
    local value = redis.call('GET', prefix .. name)
    if value then
      answer[#answer + 1] = name
      answer[#answer + 1] = value
      missing = missing - 1
      size = size - #value + (string.byte(value) == ${BYTES} and 1 or 0)
      if missing == 0 or size < 0 then return answer end
    else
      redis.call('ZREM', index, name)
      gone = gone + 1
    end
  end
  if #names < wanted then return answer end
  from = '(' .. names[#names]
end
answer[1] = from
return answer`);

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
