-- The wrk script of run.sh: each request generates an image with a new seed. Counts responses other than 200.
local captions = { "a red heart", "a green apple", "a yellow star", "a blue circle" }
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  seed = id * 100000000
  refused = 0
end

function request()
  seed = seed + 1
  local body = string.format('{"caption":"%s","seed":%d}', captions[seed % #captions + 1], seed)
  return wrk.format("POST", "/v1/images", { ["Content-Type"] = "application/json", ["Accept"] = "image/png" }, body)
end

function response(status)
  if status ~= 200 then
    refused = refused + 1
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local bad = 0
  for _, thread in ipairs(threads) do
    bad = bad + thread:get("refused")
  end
  -- images, images per second, p50 and p99 in milliseconds, refused requests, connection errors
  print(string.format("RESULT %d %.1f %.1f %.1f %d %d",
    summary.requests - bad, (summary.requests - bad) / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    bad, errors.connect + errors.read + errors.write + errors.timeout))
end
