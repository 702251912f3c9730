-- What all scripts share: what came of a run, as one line of JSON.
--
-- Each thread of wrk is a Lua of its own; they are collected by setup(), and their counters read by done().
local report = {}
local threads = {}

function setup(thread)
   thread:set("number", #threads)
   table.insert(threads, thread)
end

local function sum(name)
   local total = 0
   for _, thread in ipairs(threads) do
      total = total + (tonumber(thread:get(name)) or 0)
   end
   return total
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(
      string.format(
         '{"requests": %d, "seconds": %.6f, "jobs": %d, "odd": %d, "errors": %d, "p50_ms": %.4f, "p99_ms": %.4f, "max_ms": %.4f}\n',
         summary.requests,
         summary.duration / 1e6,
         sum("jobs"),
         sum("odd"),
         errors.connect + errors.read + errors.write + errors.status + errors.timeout,
         latency:percentile(50) / 1000,
         latency:percentile(99) / 1000,
         latency.max / 1000
      )
   )
end

-- Counted by scripts: whole jobs, and answers that are not as they should be.
jobs = 0
odd = 0

-- The bytes of the file with that name.
function report.bytes(path)
   local file = assert(io.open(path, "rb"))
   local bytes = file:read("*a")
   file:close()
   return bytes
end

return report
