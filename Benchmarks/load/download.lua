-- One result again and again, from PATH_OF_RESULT.
local folder = os.getenv("LOAD_FOLDER")
dofile(folder .. "/report.lua")
local cloud = dofile(folder .. "/cloud.lua")
local question

function request()
   question = question or cloud.download(os.getenv("PATH_OF_RESULT"))
   return question
end

function response(status, headers, body)
   if status ~= 200 or #body ~= cloud.size then odd = odd + 1 end
end
