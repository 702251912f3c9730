-- Callbacks at genuine addresses, one after the other: the lines of ADDRESSES are PATH TAB TASK. The body is RunningHub's own, from BODY,
-- with the task's id in it.
local folder = os.getenv("LOAD_FOLDER")
local report = dofile(folder .. "/report.lua")
local headers = { ["Content-Type"] = "application/json", ["User-Agent"] = "RunningHub" }
local requests, place = {}, 0

function init(arguments)
   local body = report.bytes(os.getenv("BODY"))
   for line in io.lines(os.getenv("ADDRESSES")) do
      local path, task = line:match("^(%S+)\t(%d+)$")
      -- A function, since a replacement's % would be read.
      local own = body:gsub("TASK_ID", function() return task end)
      table.insert(requests, wrk.format("POST", path, headers, own))
   end
   -- Threads begin at different places.
   place = number * math.floor(#requests / 2)
end

function request()
   place = place % #requests + 1
   return requests[place]
end

function response(status, headers, body)
   if status ~= 200 then odd = odd + 1 end
end
