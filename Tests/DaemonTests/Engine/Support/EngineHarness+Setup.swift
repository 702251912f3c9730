import Glibc
import Jobs
import RunningHubSimulator

@testable import Daemon

extension EngineHarness {
    /// How a test's daemon and cloud are.
    struct Setup: Sendable {
        var pipelines = [Pipeline.oil()]
        /// How the cloud behaves at first.
        var cloud = SimulatorSettings.quick
        /// Whether submissions carry a `webhookUrl`.
        var hasPublicURL = true
        /// The daemon's keys, by name, with the tasks that each may have at once.
        var keys = ["main": 3]
        /// What systemd hands over beside the keys, by name.
        var credentials: [String: String] = [:]
        /// Whether the daemon starts before the test's body does.
        var startsAtOnce = true
        /// Further settings of the daemon.
        var adjust: @Sendable (inout Configuration) -> Void = { _ in }

        /// Lets the first pipeline be other than it is.
        mutating func pipeline(_ change: (inout Pipeline) -> Void) {
            change(&pipelines[0])
        }
    }
}

extension Pipeline {
    /// A pipeline with an image, that settles at once.
    static func oil(_ name: String = "oil", _ target: Target = .aiApp("2016740236478386178")) -> Pipeline {
        var pipeline = Pipeline(name: name, target: target, nodes: [.file()])
        pipeline.inbox.quietTime = .milliseconds(10)
        pipeline.inbox.pollQuietTime = .milliseconds(10)
        pipeline.limits.freeSpace = 0
        if let group = getgrgid(getgid()) { pipeline.group = String(cString: group.pointee.gr_name) }
        return pipeline
    }
}

extension Pipeline.Node {
    /// A node that gets the uploaded file.
    static func file() -> Pipeline.Node {
        Pipeline.Node(id: "285", field: "image", value: .text(template("{file}")))
    }

    /// A node that gets this text, placeholders filled in.
    static func text(_ text: String) -> Pipeline.Node {
        Pipeline.Node(id: "6", field: "text", value: .text(template(text)))
    }

    private static func template(_ text: String) -> Template {
        (try? Template(parsing: text)) ?? Template(literal: text)
    }
}

extension SimulatorSettings {
    /// A cloud whose tasks take no time.
    static var quick: SimulatorSettings {
        var settings = SimulatorSettings()
        settings.tasks.taskTime = 0
        settings.keys[0].name = "main"
        settings.callbacks.retryInterval = 0.05
        return settings
    }

    /// A cloud whose tasks end when the test says so.
    static var manual: SimulatorSettings {
        var settings = quick
        settings.tasks.manual = true
        return settings
    }
}
