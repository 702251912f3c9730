-- One picture after another, none like the other.
local folder = os.getenv("LOAD_FOLDER")
dofile(folder .. "/report.lua")
local cloud = dofile(folder .. "/cloud.lua")
local count = 0

function request()
   count = count + 1
   return cloud.upload(number, count)
end

function response(status, headers, body)
   if status ~= 200 or not body:find('{"code":0,', 1, true) then odd = odd + 1 end
end
