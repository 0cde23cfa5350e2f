# Makes results.md's tables of goals.tsv and the tables that the benchmarks wrote (harness/series.h).

BEGIN {
  FS = OFS = "\t"
  unit["broker"] = unit["broker-end"] = unit["grant"] = unit["grant-end"] = unit["acl"] = unit["acl-end"] = "µs"
  unit["net-start"] = unit["net-destroy"] = "ms"
  unit["start-50"] = unit["destroy-50"] = unit["net-list"] = "ms"
  unit["packet-ipv4"] = unit["packet-ipv6"] = "ns"
  unit["throughput-up"] = unit["throughput-down"] = "Mbit/s"
  title["grant"] = "Grant: spawn to descriptor received"
  title["grant-end"] = "Grant: spawn to end of process"
  title["broker"] = "Broker: connect to descriptor received; bare and fallback from the spawn"
  title["broker-end"] = "Broker: connect to end of connection; bare and fallback to end of process"
  title["acl"] = "Grant, by size of the ACL"
  title["acl-end"] = "Grant, by size of the ACL: spawn to end of process"
  title["net-start"] = "net-start, whole process"
  title["net-destroy"] = "net-destroy, whole process"
  title["start-50"] = "Start of 50 networks"
  title["destroy-50"] = "net-destroy of 50 networks, one after the other"
  title["net-list"] = "net-list, whole process"
  title["packet-ipv4"] = "A forwarded and masqueraded packet, IPv4, by networks that are up"
  title["packet-ipv6"] = "A forwarded and masqueraded packet, IPv6, by networks that are up"
  title["throughput-up"] = "Guest to host, one TCP connection"
  title["throughput-down"] = "Host to guest, one TCP connection"
}

FILENAME ~ /goals/ { goal[++goals] = $0; next }
$1 == "ratio" { first[$2, $3] = $4; median[$2, $3] = $5; third[$2, $3] = $6; next }
$1 == "syscalls" { calls = calls sprintf("| %s | %d |\n", $2, $3); next }
$1 == "time" {
  if (!($2 in rows)) order[++tables] = $2
  scale = unit[$2] == "ms" ? 1000 : 1
  format = unit[$2] == "ms" ? "%.1f" : "%.0f"
  row = "| " $3
  # The median first, then minimum, quartiles, ninth decile.
  split("6 4 5 7 8", columns, " ")
  for (i = 1; i <= 5; i++) row = row " | " sprintf(format, $columns[i] / scale)
  rows[$2] = rows[$2] row " |\n"
}

END {
  print "## Goals\n"
  print "| what | ratio | quartiles | goal | reached |"
  print "|---|---:|---:|---:|---|"
  for (i = 1; i <= goals; i++) {
    split(goal[i], g, "\t")
    key = g[1] SUBSEP g[2]
    sign = g[3] == "<=" ? "≤" : "≥"
    if (!(key in median)) {
      printf "| %s | - | - | %s %s | not measured |\n", g[5], sign, g[4]
      continue
    }
    reached = g[3] == "<=" ? median[key] <= g[4] + 0 : median[key] >= g[4] + 0
    printf "| %s | %.2f | %.2f to %.2f | %s %s | %s |\n", g[5], median[key], first[key], third[key],
      sign, g[4], reached ? "yes" : "no"
  }
  for (i = 1; i <= tables; i++) {
    what = order[i]
    printf "\n## %s, %s\n\n", title[what], unit[what]
    print "| | median | minimum | first quartile | third quartile | ninth decile |"
    print "|---|---:|---:|---:|---:|---:|"
    printf "%s", rows[what]
  }
  if (calls != "") printf "\n## System calls of one grant\n\n| | calls |\n|---|---:|\n%s", calls
}
