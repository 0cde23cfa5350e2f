import TestSupport
import Testing

/// virsh and tapster, given the same commands on the same definitions: standard output, standard
/// error and exit status are the same to the byte, but for what ``CommandDifference`` names.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"), .requiresLibvirt)
struct CommandComparisonTests {
  @Test(arguments: CommandScenario.all)
  func bothSayTheSame(scenario: CommandScenario) throws {
    let (virsh, ours) = (try scenario.virsh(), try scenario.tapster())
    var compared = 0
    for (number, step) in scenario.steps.enumerated() {
      if step.isPreparation { continue }
      if let difference = step.difference {
        #expect(ours[number] == difference.ours, "\(step.line)")
        #expect(virsh[number] != difference.ours, "no difference any more: \(step.line)")
      } else {
        #expect(ours[number] == virsh[number], "\(step.line)")
      }
      compared += 1
    }
    #expect(compared > 0)
  }

  @Test(arguments: CommandDifference.allCases)
  func everyDifferenceIsShown(name: CommandDifference) {
    #expect(!name.reason.isEmpty)
    let isShown = CommandScenario.all.contains { $0.steps.contains { $0.difference?.name == name } }
    #expect(isShown, "a difference that no step shows is none")
  }
}
