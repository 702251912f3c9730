import Glibc

/// A kind of job that experiments drop files for.
struct LaboratoryPipeline: Sendable, Hashable {
    let name: String
    var target = "ai_app: 2016740236478386178"
    /// What is done with its files.
    var settings: [String] = []
    /// The inputs of one job by their stems; a job is a folder where there are two.
    var inputs = ["file"]
    /// How a node names the file.
    var placeholder = "{file}"
    /// Whether a file of parameters lies beside it.
    var hasParameters = false
    /// Whether originals are deleted when their results are there.
    var isDeleting = false
    /// Whether its submissions carry no `webhookUrl`, so that one whose answer is lost can never be proven.
    var isSilent = false
    /// Whether the task fetches its input from the daemon, and fails where that is not there.
    var isFetched = false
    /// Whether a program prepares its files, and another is told of each end.
    var hasPrograms = false
    /// An inbox elsewhere.
    var inbox: String?

    /// Its file in `pipelines.d`.
    ///
    /// Every submission carries the job's stem, by which an experiment counts them.
    func text(in workplace: Workplace) -> String {
        var nodes = inputs.count == 1 ? ["{ id: 1, field: image, value: \"\(placeholder)\" }"] : []
        if inputs.count > 1 {
            nodes = inputs.enumerated().map {
                "{ id: \($0.offset + 1), field: image, value: \"{file:\($0.element)}\" }"
            }
        }
        nodes.append("{ id: 7, field: text, value: \"stem={stem};\" }")
        if hasParameters { nodes.append("{ id: 8, field: text, value: \"{param:prompt}\" }") }
        var lines = [target, "accept: [any]", "group: \(Self.ownGroup)"] + settings
        if isDeleting { lines.append("after_delivery: delete") }
        if hasPrograms { lines += LaboratoryPrograms(workplace).settings }
        if let inbox { lines.append("folders: { inbox: \(inbox) }") }
        return (lines + ["nodes:"] + nodes.map { "  - \($0)" }).joined(separator: "\n") + "\n"
    }

    /// The name of this process's group.
    private static let ownGroup = getgrgid(getgid()).map { String(cString: $0.pointee.gr_name) } ?? "root"

    /// One with programs before and after its jobs.
    static let withPrograms = LaboratoryPipeline(name: "made", hasPrograms: true)

    /// One for each way in which jobs go through the daemon by itself.
    static func all(otherDisk: String) -> [LaboratoryPipeline] {
        let workflow = "workflow: 1904136902449209346"
        return [
            LaboratoryPipeline(name: "app"),
            LaboratoryPipeline(name: "flow", target: workflow, settings: ["upload: v1", "outbox: { layout: folder }"]),
            LaboratoryPipeline(name: "pair", inputs: ["person", "style"]),
            LaboratoryPipeline(name: "prompt", hasParameters: true),
            LaboratoryPipeline(name: "gone", isDeleting: true),
            LaboratoryPipeline(name: "old", target: workflow, settings: ["api: v1"]),
            LaboratoryPipeline(name: "fetched", placeholder: "{url}", isFetched: true),
            LaboratoryPipeline(name: "silent", target: workflow, settings: ["api: v1-params"], isSilent: true),
            LaboratoryPipeline(name: "across", inbox: "\(otherDisk)/across"),
        ]
    }
}
