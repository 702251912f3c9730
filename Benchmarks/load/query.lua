-- One question again and again: how does task TASK stand?
local folder = os.getenv("LOAD_FOLDER")
dofile(folder .. "/report.lua")
local cloud = dofile(folder .. "/cloud.lua")
local question

function request()
   question = question or cloud.query(os.getenv("TASK"))
   return question
end

function response(status, headers, body)
   if status ~= 200 or not body:find('"status":"SUCCESS"', 1, true) then odd = odd + 1 end
end
