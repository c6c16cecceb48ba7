-- One movement: checks, moves, and appends it to a stream. Answers with what is on hand then, or -1 when refused.
local on_hand = tonumber(redis.call('HGET', KEYS[1], 'on_hand') or ARGV[2])
local after = on_hand + tonumber(ARGV[1])
if after < 0 then
    return -1
end
redis.call('HSET', KEYS[1], 'on_hand', after)
redis.call('XADD', KEYS[2], '*', 'key', KEYS[1], 'quantity', ARGV[1], 'on_hand', after)
return after
