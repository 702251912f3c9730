-- The requests of runninghubd, byte for byte but for ids and contents (Sources/RunningHub: Upload, Submission, Query, Download).
local cloud = {}
local key = os.getenv("KEY")
local app = os.getenv("APP")
local callback = os.getenv("CALLBACK") or ""
local size = tonumber(os.getenv("SIZE") or "100000")
local boundary = "----runninghubd-30bmxhmgtd4742kg5k10etv4pc"
local filler

local function headers(more)
   local all = {
      ["User-Agent"] = "runninghubd",
      ["Authorization"] = "Bearer " .. key,
      ["Accept"] = "application/json",
   }
   for name, value in pairs(more) do all[name] = value end
   return all
end

local function field(name, value)
   return "--" .. boundary .. '\r\nContent-Disposition: form-data; name="' .. name .. '"\r\n\r\n' .. value .. "\r\n"
end

local form = headers({ ["Content-Type"] = "multipart/form-data; boundary=" .. boundary })
local json = headers({ ["Content-Type"] = "application/json" })
local bare = { ["User-Agent"] = "runninghubd" }
local head = field("apiKey", key) .. field("fileType", "image")
local tail = "\r\n--" .. boundary .. "--\r\n"

-- An upload of a picture that no other request holds: `thread` and `number` stand behind its signature.
function cloud.upload(thread, number)
   if not filler then
      local random = assert(io.open("/dev/urandom", "rb"))
      filler = random:read(size - 24)
      random:close()
   end
   local name = string.format("p%d%06d.png", thread, number)
   local part = "--" .. boundary .. '\r\nContent-Disposition: form-data; name="file"; filename="' .. name
      .. '"\r\nContent-Type: application/octet-stream\r\n\r\n'
   local picture = "\137PNG\r\n\26\n" .. string.format("%04d%012d", thread, number) .. filler
   return wrk.format("POST", "/task/openapi/upload", form, head .. part .. picture .. tail)
end

function cloud.run(file)
   local body = '{"addMetadata":true,"instanceType":"default","nodeInfoList":[{"fieldName":"image","fieldValue":"' .. file
      .. '","nodeId":"1"}],"usePersonalQueue":false,"webhookUrl":"' .. callback .. '"}'
   return wrk.format("POST", "/openapi/v2/run/ai-app/" .. app, json, body)
end

function cloud.query(task)
   return wrk.format("POST", "/openapi/v2/query", json, '{"taskId":"' .. task .. '"}')
end

function cloud.download(path)
   return wrk.format("GET", path, bare)
end

cloud.size = size

return cloud
