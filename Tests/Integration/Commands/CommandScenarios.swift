extension CommandScenario {
  static let all = [
    arguments, lookups, tables, life, transients, definitions, clashes, updates, leasesAndPorts,
    events, edits, descriptions, expressions,
  ]

  private static let commands = [
    "list", "info", "define", "create", "start", "destroy", "undefine", "autostart", "dumpxml",
    "edit", "update", "name", "uuid", "dhcp-leases", "event", "port-list",
  ]

  private static let arguments = CommandScenario(
    name: "wrong arguments",
    steps: commands.flatMap { name in
      [
        "", "--bogus", "--bogus=x", "a b c d e f g h", "--network", "--file", "--network=", "''",
        "--network nope --network nope", "-- --all", "-x",
      ].filter { name != "name" && name != "event" || !$0.hasPrefix("-x") }
        .filter { name != "event" || !$0.contains("nope") }
        .filter { name != "name" || !$0.contains("--all") }
        .map { CommandStep(stringLiteral: "$V net-\(name) \($0)") }
    } + [
      "$V bogus", "$V net-bogus x", "$V --bogus", "$V net-list --all=x", "$V net-list --all --all",
      "$V net-list --al", "$V net-list -a", "$V net-list --", "$V help nope >&2",
      "$V net-autostart a --disable=yes", "$V net-dumpxml a --xpath",
      "$V net-event --event lifecycle --timeout x", "$V net-event --event lifecycle --timeout -1",
      "$V net-event --event lifecycle --timeout ''", "$V net-event --event bogus",
      "$V net-event --event lifecycle --timeout 99999999999", "$V net-event nope lifecycle x",
      "$V net-list --help=x", "$V net-list --help extra",
    ])

  private static let lookups = CommandScenario(
    name: "names and UUIDs",
    steps: [
      "$V net-define a.xml", "$V net-info a", "$V net-info --network a", "$V net-info --network=a",
      "$V net-info -- a", "$V net-info 11111111-2222-3333-4444-555555555555", "$V -q net-info a",
      "$V net-info 99999999-2222-3333-4444-555555555555", "$V net-uuid a", "$V -q net-uuid a",
      "$V net-name 11111111-2222-3333-4444-555555555555", "$V net-uuid nope", "$V net-dumpxml nope",
      .different("$V net-name a", .lookup, Said(0, output: "a\n\n")),
      .different(
        "$V net-name nope", .lookup,
        Said(
          1, output: "\n",
          error: """
            error: failed to get network 'nope'
            error: Network not found: no network with matching name 'nope'

            """)),
      .different(
        "$V net-uuid 11111111-2222-3333-4444-555555555555", .lookup,
        Said(0, output: "11111111-2222-3333-4444-555555555555\n\n")),
      .different(
        "$V net-list --name --all >/dev/full", .fullDisk,
        Said(1, error: "error: cannot write to standard output: No space left on device\n")),
      "$V net-list --all | head -c 1",
    ])

  private static let tables = CommandScenario(
    name: "tables",
    steps: [
      "$V net-list", "$V net-list --all", "$V net-list --all --name", "$V net-list --all --uuid",
      "$V -q net-list --all", .prepare("$V net-define a.xml"), "$V net-list", "$V net-list --all",
      .prepare("for n in b B2 long utf8 space; do $V net-define $n.xml; done"),
      .prepare("$V net-start b; $V net-autostart a; $V net-start space; $V net-undefine space"),
      "$V net-list", "$V net-list --all", "$V net-list --all --name", "$V net-list --all --uuid",
      "$V net-list --inactive", "$V net-list --all --inactive", "$V net-list --persistent",
      "$V net-list --transient", "$V net-list --all --persistent --transient", "$V -q net-list",
      "$V net-list --all --autostart", "$V net-list --all --no-autostart",
      "$V net-list --all --autostart --no-autostart", "$V net-list --table",
      "$V net-list --name --uuid", "$V net-list --uuid --table", "$V -q net-list --all --name",
      "$V net-info 'with space'", "$V net-info Ünïcødé網路",
    ])

  private static let life = CommandScenario(
    name: "the life of a network",
    steps: [
      "$V net-define --file a.xml", "$V net-destroy a", "$V net-start a", "$V net-start a",
      "$V net-start 11111111-2222-3333-4444-555555555555", "$V net-info a", "$V net-dumpxml a",
      "$V net-dumpxml a --inactive", "$V net-dumpxml --inactive a", "$V net-autostart a",
      "$V net-autostart a", "$V net-info a", "$V net-autostart --disable --network a",
      "$V net-destroy 11111111-2222-3333-4444-555555555555", "$V -q net-start a",
      "$V -q net-destroy a", "$V net-undefine nope", "$V net-undefine a", "$V net-info a",
    ])

  private static let transients = CommandScenario(
    name: "networks without a definition",
    steps: [
      "$V net-create a.xml", "$V net-list", "$V net-info a", "$V net-autostart a",
      "$V net-autostart a --disable", "$V net-undefine a", "$V net-dumpxml a --inactive",
      "$V net-create a.xml", "$V net-update a add ip-dhcp-host host.xml --config",
      "$V net-define a.xml", "$V net-list", "$V net-undefine a", "$V net-list --transient",
      "$V net-destroy a", "$V net-list --all", "$V net-info a",
    ])

  private static let definitions = CommandScenario(
    name: "definitions that cannot be",
    steps: [
      "$V net-define nope.xml", "$V net-create nope.xml", "$V net-define /tmp", "$V net-define ''",
      "$V net-define a.xml extra", "$V net-define a.xml a.xml",
      "cat b.xml | $V net-define /proc/self/fd/0",
      .different(
        "$V net-define unended.xml", .xmlErrors,
        Said(
          1, output: "\n",
          error: """
            error: Failed to define network from unended.xml
            error: unended.xml:2: not well-formed XML: Premature end of data in tag name line 1

            """)),
      .different(
        "$V net-create address.xml 2>&1 | sed 's/ is not .*//'", .xmlErrors,
        Said(
          0,
          output: """
            error: Failed to create network from address.xml
            error: address.xml:1: in <ip>: attribute address '10.9.1.x'


            """)),
      .different("$V net-define unknown.xml 2>/dev/null", .unknownElements, Said(1, output: "\n")),
      "$V net-define a.xml --validate",
    ])

  private static let clashes = CommandScenario(
    name: "names, UUIDs and bridges that are taken",
    steps: [
      "$V net-define a.xml", "$V net-define a.xml", "$V net-define a-other-uuid.xml",
      "$V net-create a-other-uuid.xml",
      .different(
        "$V net-define a-other.xml", .advice,
        Said(
          1, output: "\n",
          error: """
            error: Failed to define network from a-other.xml
            error: internal error: bridge name 'vb1' already in use.
              network 'a' has it; give this one another name in <bridge name='…'/>

            """)),
    ])

  private static func host(_ number: Int, _ more: String = "") -> String {
    "\"<host mac='52:54:00:00:00:1\(number)' name='x\(number)' ip='10.9.1.1\(number)'\(more)/>\""
  }

  private static let updates = CommandScenario(
    name: "updates",
    steps: [
      .prepare("$V net-define a.xml; $V net-start a; $V net-define space.xml"),
      "$V net-update a add-last ip-dhcp-host \(host(1))",
      "$V net-update a add ip-dhcp-host \(host(2)) --live",
      "$V net-update a add ip-dhcp-host \(host(3)) --live --config",
      "$V net-update a add-first ip-dhcp-host \(host(4)) --config",
      "$V net-update a add ip-dhcp-host \(host(5)) --current --config",
      "$V net-update a add ip-dhcp-host \(host(5)) --current --live",
      "$V net-update a add ip-dhcp-host \(host(5)) --parent-index 0",
      "$V net-update a add ip-dhcp-host \(host(6)) --parent-index 7",
      "$V net-update a add ip-dhcp-host \(host(6)) --parent-index x",
      "$V net-update a add ip-dhcp-host \(host(6)) --parent-index ''",
      "$V net-update a add ip-dhcp-host \(host(6)) --parent-index -1",
      "$V net-update --network a --command add --section ip-dhcp-host --xml \(host(7))",
      "$V net-update a add ip-dhcp-host host.xml --live",
      "$V net-update a add ip-dhcp-host nope.xml",
      "$V net-update a add ip-dhcp-host ' <host/>' --live", "$V net-update a add ip-dhcp-host ''",
      "$V net-update a bogus ip-dhcp-host '<host/>'", "$V net-update a add bogus '<host/>'",
      "$V net-update nope bogus bogus nope.xml", "$V net-update a bogus bogus nope.xml",
      "$V net-update a '' ip-dhcp-host '<x/>'", "$V net-update a add '' '<x/>'",
      "$V net-update a add", "$V net-update a add ip-dhcp-host",
      "$V net-update a delete ip-dhcp-host \"<host mac='52:54:00:00:00:99'/>\" --live",
      "$V net-update a modify ip-dhcp-host \"<host mac='52:54:00:00:00:11' name='y' ip='10.9.1.77'/>\"",
      "$V net-update a add bridge '<bridge/>' --live", "$V net-update a add ip '<ip/>' --config",
      "$V net-update a add domain '<domain name=\"x\"/>' --config",
      "$V net-update 'with space' add ip-dhcp-host \(host(8)) --live",
      "$V net-update 'with space' add ip-dhcp-host \(host(8)) --config",
      "$V net-update 'with space' add dns-host \"<host ip='10.9.1.1'><hostname>q</hostname></host>\"",
      "$V -q net-update a add ip-dhcp-host \(host(9))", "$V net-dumpxml a",
      "$V net-dumpxml a --inactive", "$V net-dumpxml 'with space'",
      .different(
        "$V net-update a add ip-dhcp-host '<host/>'", .updateErrors,
        Said(
          1, output: "\n",
          error: """
            error: Failed to update network a
            error: XML error: --xml:1: in <host>: attribute mac or name is missing

            """)),
      .different(
        "$V net-update a add ip-dhcp-host '<host'", .updateErrors,
        Said(
          1, output: "\n",
          error: """
            error: Failed to update network a
            error: --xml:1: not well-formed XML: Couldn't find end of Start Tag host line 1

            """)),
    ])

  /// The same leases in the file of libvirt's helper and in dnsmasq's own.
  private static let leases = """
    if [ "${V##*/}" = virsh ]; then
    cat >/var/lib/libvirt/dnsmasq/vb1.status <<END
    [{"ip-address":"10.9.1.9","mac-address":"52:54:00:00:00:09","hostname":"nine",\
    "client-id":"01:52:54:00:00:00:09","expiry-time":4000000000},
    {"ip-address":"10.9.1.10","mac-address":"52:54:00:00:00:0a","expiry-time":3999995000},
    {"ip-address":"10.9.1.8","mac-address":"52:54:00:00:00:08",\
    "hostname":"a-long-name.example.com","expiry-time":0},
    {"ip-address":"10.9.1.7","mac-address":"52:54:00:00:00:07","hostname":"over",\
    "expiry-time":1000000000}]
    END
    else
    mkdir -p /var/lib/tapster/leases
    cat >/var/lib/tapster/leases/a.leases <<END
    4000000000 52:54:00:00:00:09 10.9.1.9 nine 01:52:54:00:00:00:09
    3999995000 52:54:00:00:00:0a 10.9.1.10 * *
    0 52:54:00:00:00:08 10.9.1.8 a-long-name.example.com *
    1000000000 52:54:00:00:00:07 10.9.1.7 over *
    END
    fi
    """

  private static let leasesAndPorts = CommandScenario(
    name: "leases and ports",
    steps: [
      .prepare("$V net-define a.xml; $V net-define space.xml"), "$V net-dhcp-leases a",
      "$V net-port-list a", .prepare("$V net-start a"), "$V net-dhcp-leases a", .prepare(leases),
      "$V net-dhcp-leases a", "$V net-dhcp-leases --network a --mac 52:54:00:00:00:09",
      "$V net-dhcp-leases a 52:54:0:0:0:9", "$V net-dhcp-leases a --mac 52:54:00:00:00:0A",
      "$V net-dhcp-leases a --mac 52-54-00-00-00-09", "$V net-dhcp-leases a --mac 525400000009",
      "$V net-dhcp-leases a --mac ''", "$V -q net-dhcp-leases a", "$V net-dhcp-leases 'with space'",
      "TZ=UTC $V net-dhcp-leases a", "$V net-dhcp-leases nope", "$V net-port-list a",
      "$V net-port-list a --uuid", "$V net-port-list a --table",
      "$V net-port-list a --uuid --table",
      "$V -q net-port-list a", "$V net-port-list nope",
    ])

  /// Runs net-event with `options` beside `actions`, from when it tells of what happens to `probe`.
  private static func watching(_ options: String, _ actions: String) -> String {
    """
    sed 's/with space/probe/' space.xml >probe.xml
    stdbuf -oL $V net-event --event lifecycle --loop \(options) >events 2>&1 &
    until grep -qs -e probe -e error events; do
      $V net-define probe.xml >/dev/null; $V net-undefine probe >/dev/null
    done
    { \(actions); } >/dev/null 2>&1
    kill -INT $!; wait $!; echo $?
    grep -v -e probe -e received events
    """
  }

  private static let events = CommandScenario(
    name: "events",
    steps: [
      .prepare("$V net-define a.xml; $V net-define b.xml"), "$V net-event --list",
      "$V net-event --list --loop", "$V -q net-event --list", "$V net-event",
      "$V net-event lifecycle", "$V net-event --timeout 1", "$V net-event a --timeout 1",
      "$V net-event --event lifecycle --timeout 1", "$V net-event --event ''",
      "$V -q net-event a lifecycle --timeout 1 --loop",
      CommandStep(
        stringLiteral: watching(
          "",
          """
          $V net-start a; $V net-define a.xml; $V net-start b; $V net-undefine a; $V net-destroy a
          $V net-create a.xml; $V net-destroy a; $V net-define a.xml; $V net-autostart a
          $V net-destroy b; $V net-undefine b
          """)),
      CommandStep(
        stringLiteral: "$V net-event a --event lifecycle >one & until [ -s one ]; do "
          + "$V net-start a; $V net-destroy a; done >/dev/null 2>&1; wait $!; echo $?; "
          + "sed s/Stopped/Started/ one"),
      CommandStep(
        stringLiteral:  // virsh sometimes says at its end that it leaked a reference.
          "$V net-event --event lifecycle --timestamp >stamped 2>/dev/null & "
          + "until [ -s stamped ]; do $V net-start a; $V net-destroy a; done >/dev/null 2>&1; wait $!; "
          + "sed 's/Stopped/Started/; s/[0-9]/0/g' stamped"),
      .different(
        "$V net-event --network nope --event lifecycle --timeout 1", .unknownEventNetwork,
        Said(
          1, output: "\n",
          error: """
            error: failed to get network 'nope'
            error: Network not found: no network with matching name 'nope'

            """)),
    ])

  private static let edits = CommandScenario(
    name: "edits",
    steps: [
      .prepare("$V net-define a.xml"), "EDITOR=true $V net-edit a",
      "EDITOR='sh -c :' $V net-edit a",
      "VISUAL=true EDITOR=false $V net-edit a", "EDITOR='stat -c %a' $V net-edit a",
      "EDITOR='sed -i s,vb1,vb7,' $V net-edit a", "$V net-dumpxml a",
      "EDITOR='sed -i s,vb7,vb1,' $V net-edit --network a", "$V net-edit nope",
      .different(
        "EDITOR='sed -i s,10.9.1.1,10.9.1.999,' $V net-edit a 2>&1 | sed '"
          + "s,/tmp/[^ :]*,FILE,g; s/ is not .*//'",
        .failedEdit,
        Said(
          0,
          output: """
            error: FILE:6: in <ip>: attribute address '10.9.1.999'
            error: nothing was changed; what you wrote is kept in FILE


            """)),
      .different(
        "EDITOR=false $V net-edit a", .failedEditor,
        Said(
          1, output: "\n",
          error: """
            error: the editor 'false' ended with status 1
              the variables VISUAL and EDITOR say which editor is opened

            """)),
      .different(
        "EDITOR='sh ./rename' $V net-edit a 2>&1 | sed 's,/tmp/[^ :]*,FILE,g'",
        .renaming,
        Said(
          0,
          output: """
            error: Requested operation is not valid: network 'a' cannot be renamed to 'z'
            error: nothing was changed; what you wrote is kept in FILE


            """)),
      "$V net-dumpxml a", .prepare("$V net-start a; $V net-undefine a"),
      "EDITOR=true $V net-edit a", "EDITOR=\"sed -i s,delay=.0,delay=\\'2,\" $V net-edit a",
      "$V net-list", "$V net-dumpxml a --inactive",
    ])

  private static let descriptions = CommandScenario(
    name: "descriptions and metadata",
    steps: [
      .prepare("$V net-define a.xml; $V net-start a"),
      .different(
        "$V net-desc a", .newerCommands, Said(0, output: "No description for network: a\n")),
      .different(
        "$V net-desc a two 'words and'  more --config", .newerCommands,
        Said(0, output: "Network description updated successfully\n")),
      .different(
        "$V net-desc a", .newerCommands, Said(0, output: "No description for network: a\n")),
      .different("$V net-desc a --config", .newerCommands, Said(0, output: "two words and more\n")),
      .different(
        "$V net-desc a --title one", .newerCommands,
        Said(0, output: "Network title updated successfully\n")),
      .different("$V net-desc a --title --live", .newerCommands, Said(0, output: "one\n")),
      .different(
        "$V net-desc a --title --config", .newerCommands,
        Said(0, output: "No title for network: a\n")),
      .different(
        "EDITOR=true $V net-desc a --title --edit", .newerCommands,
        Said(0, output: "Network title not changed\n\n")),
      .different(
        "EDITOR='sed -i s/one/two/' $V net-desc a --title --edit", .newerCommands,
        Said(0, output: "Network title updated successfully\n")),
      .different("$V -q net-desc a --title", .newerCommands, Said(0, output: "two")),
      .different(
        "$V net-desc a --live --current x", .newerCommands,
        Said(
          1, output: "\n", error: "error: Options --current and --live are mutually exclusive\n")),
      .different(
        "$V net-metadata a urn:x", .newerCommands,
        Said(
          1, output: "\n",
          error: "error: metadata not found: Requested metadata element is not present\n")),
      .different(
        "$V net-metadata a urn:x --set '<a k=\"1\"><b/>t</a>'", .newerCommands,
        Said(
          1, output: "\n",
          error: "error: namespace key is required when modifying metadata\n")),
      .different(
        "$V net-metadata a urn:x --set '<a k=\"1\"><b/>t</a>' --key k --live --config",
        .newerCommands, Said(0, output: "Metadata modified\n\n")),
      .different(
        "$V net-metadata a urn:x --config", .newerCommands,
        Said(0, output: "<a k=\"1\"><b/>t</a>\n\n")),
      .different(
        "$V net-dumpxml a --inactive | grep -m 1 -A 2 metadata", .newerCommands,
        Said(
          0,
          output: """
              <metadata>
                <k:a xmlns:k="urn:x" k="1"><k:b/>t</k:a>
              </metadata>

            """)),
      .different(
        "$V net-metadata a urn:x --remove", .newerCommands, Said(0, output: "Metadata removed\n\n")
      ),
      .different(
        "EDITOR='sh ./renew' $V net-metadata a urn:x --edit --key k", .newerCommands,
        Said(0, output: "Metadata modified\n\n")),
      .different("$V net-metadata a urn:x", .newerCommands, Said(0, output: "<new/>\n\n")),
    ])

  private static let expressions = CommandScenario(
    name: "expressions",
    steps: [
      .prepare("$V net-define a.xml"), "$V net-dumpxml a --xpath //ip",
      "$V net-dumpxml a --xpath '//ip/dhcp|//name'",
      "$V net-dumpxml a --xpath '//ip/dhcp|//name' --wrap", "$V net-dumpxml a --xpath //nope",
      "$V net-dumpxml a --xpath //nope --wrap", "$V net-dumpxml a --wrap",
      "$V net-dumpxml a --xpath '//ip/@address'", "$V net-dumpxml a --xpath '//name/text()'",
      "$V net-dumpxml a --xpath 'count(//ip)'", "$V net-dumpxml a --xpath 'string(//name)'",
      "$V -q net-dumpxml --inactive a --xpath //mac",
      .different(
        "$V net-dumpxml a --xpath '//['", .wrongXPath,
        Said(1, output: "\n", error: "error: internal error: Incorrect xpath '//['\n")),
    ])
}
