# Reads what `swift test` printed; prints the issues that its tests recorded, with what was observed.
# Fails if there are none. A test that records hundreds, or a program that said too much, is cut.

/^[^ -~]+ +(Test|Suite) .* recorded an issue/ {
  found = 1
  test = $3
  issues[test]++
  lines = 0
  if (issues[test] == 4) print "... and further issues of " test
}
# Every event starts with a symbol; what else it has to say, with a symbol that is not one of these.
/^(\342\227\207|\342\234\224|\342\236\234|\342\234\230)/ && !/ recorded an issue/ { test = "" }
test != "" && issues[test] < 4 {
  lines++
  if (lines <= 40) print
  if (lines == 41) print "  ..."
}

END { exit !found }
