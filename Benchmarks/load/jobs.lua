-- Whole jobs, as fast as a load generator makes their requests: upload, run, query, download.
--
-- wrk does not tell which connection an answer came on. It need not: what an answer calls for is put into a queue, and the connection
-- that is free next takes it. As each answer frees one connection and calls for one request, so many jobs are under way as there
-- are connections.
local folder = os.getenv("LOAD_FOLDER")
dofile(folder .. "/report.lua")
local cloud = dofile(folder .. "/cloud.lua")
local queue, first, last = {}, 1, 0
local count = 0

local function push(step)
   last = last + 1
   queue[last] = step
end

function request()
   local step = queue[first]
   if step then
      queue[first] = nil
      first = first + 1
      return step
   end
   count = count + 1
   return cloud.upload(number, count)
end

function response(status, headers, body)
   if status ~= 200 then
      odd = odd + 1
   elseif body:byte(1) == 137 then
      -- A result; the connection begins with the next job.
      if #body == cloud.size then jobs = jobs + 1 else odd = odd + 1 end
   else
      local file = body:match('"fileName":"([^"]+)"')
      local path = body:match('"results":%[{"url":"http://[^/]+([^"]+)"')
      local task = body:match('^{"taskId":"(%d+)".*"results":null')
      if file then push(cloud.run(file))
      elseif path then push(cloud.download(path))
      elseif task then push(cloud.query(task))
      else odd = odd + 1 end
   end
end
