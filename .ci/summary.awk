# Reads Tests/expected-skips.txt, the steps of .ci/check and the XML results of `swift test`; prints
# the skips with their reasons, then the totals. Fails if anything failed, nothing ran, or a skip was
# not expected.

FILENAME ~ /expected-skips/ {
  if ($0 !~ /^(#.*)?$/) expected[$1] = 1
  next
}

FILENAME ~ /steps$/ {
  # `swift test` counts by its tests, unless it failed without a test failing: a crash.
  if ($0 == "passed swift test") next
  if ($0 == "failed swift test") { runnerFailed = 1; next }
  if ($1 == "passed") passed++
  else { failed++; names[$0] = 1 }
  next
}

function attribute(name,    rest) {
  if (!match($0, " " name "=\"[^\"]*\"")) return ""
  rest = substr($0, RSTART, RLENGTH)
  return substr(rest, length(name) + 4, length(rest) - length(name) - 4)
}

function close_case() {
  if (test == "") return
  if (state == "skipped") {
    skipped++
    unexpected = !(test in expected)
    printf "skipped%s: %s: %s\n", unexpected ? " UNEXPECTEDLY" : "", test, reason
    if (unexpected) surprises++
  } else if (state == "failed") {
    testsFailed++
    names["failed " test] = 1
  } else {
    passed++
  }
  test = ""
}

/<testcase / {
  close_case()
  test = attribute("classname") "." attribute("name")
  gsub(/ /, "_", test)
  state = "passed"
  reason = "no reason given"
}
/<failure/ { state = "failed" }
/<skipped/ {
  state = "skipped"
  if (match($0, />[^<]*</)) reason = substr($0, RSTART + 1, RLENGTH - 2)
}

END {
  close_case()
  failed += testsFailed
  if (runnerFailed && !testsFailed) {
    failed++
    names["failed swift test: no test did, so it crashed or did not build"] = 1
  }
  for (name in names) print name
  if (surprises) print surprises " skips that Tests/expected-skips.txt does not name"
  printf "%d passed, %d failed, %d skipped\n", passed, failed + surprises, skipped
  exit failed || surprises || !passed
}
