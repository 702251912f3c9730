import ArgumentParser

/// A daemon that runs already, in place of one of the experiment's own.
struct RunningTarget: ParsableArguments {
    @Option(help: "Attack a daemon that runs already: its process id.")
    var process: Int32?
    @Option(help: "Its port.")
    var port = 8787
    @Option(help: "The path of a callback of a job that runs; twice, of two jobs.")
    var callback: [String] = []
    @Option(help: "The path of a file that a task may load.")
    var input: String?

    func validate() throws {
        guard process == nil || (callback.count == 2 && input != nil) else {
            throw ValidationError("--process goes with two --callback and one --input.")
        }
    }

    var target: AttackTarget {
        AttackTarget(port: port, callback: callback.first ?? "", otherCallback: callback.last ?? "", input: input ?? "")
    }
}
