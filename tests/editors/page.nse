local http = require "http"

description = [[Fetches one page, for the tests of the editors.]]
author = "nsedbg"
license = "MIT"
categories = {"safe"}

portrule = function(host, port)
  return port.protocol == "tcp" and port.state == "open"
end

action = function(host, port)
  local path = "/index"
  local response = http.get(host, port, path)
  local status = response.status
  return ("%s has status %d"):format(path, status)
end
