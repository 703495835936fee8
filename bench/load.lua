-- The load that wrk makes: POSTs of one body, each with a key from a file. One key: wrk sends the same bytes again and
-- again and no Lua runs. Several: one at random for each request.
--   wrk -s load.lua URL -- BODY-FILE KEYS-FILE
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
  local requests = {}
  for key in io.lines(args[2]) do
    wrk.headers["Authorization"] = "Bearer " .. key
    requests[#requests + 1] = wrk.format()
  end
  if #requests > 1 then
    math.randomseed(number * 7919)
    request = function() return requests[math.random(#requests)] end
  end
end

function done(summary, latency)
  local e = summary.errors
  print(string.format('RESULT {"requests":%d,"micros":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}', summary.requests,
    summary.duration, e.status, e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
