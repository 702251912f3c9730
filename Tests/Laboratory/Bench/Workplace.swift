import Foundation
import RunningHubSimulator

/// The folders, configuration and listener of one daemon.
struct Workplace: Sendable {
    let programs: Programs
    /// Where the experiment keeps what is its own.
    let folder: String
    /// The folder on which spool and state lie; `folder` itself unless they are on another disk.
    let disk: String
    let listener: ListeningSocket
    let pipelines: [LaboratoryPipeline]

    var spool: String { "\(disk)/spool" }
    var state: String { "\(disk)/state" }
    var configurationFile: String { "\(folder)/etc/config.yaml" }
    var log: String { "\(folder)/daemon.log" }
    var controlSocket: String { "\(folder)/control.sock" }

    /// Makes them, empty.
    init(_ programs: Programs, folder: String, disk: String? = nil, pipelines: [LaboratoryPipeline]) throws {
        self.programs = programs
        self.folder = folder
        self.disk = disk ?? folder
        self.pipelines = pipelines
        listener = try ListeningSocket()
        for path in ["\(folder)/etc/pipelines.d", state, spool] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        // As the service's own: folders that pass their group on.
        for path in [spool] + pipelines.compactMap(\.inbox) {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            chmod(path, 0o2775)
        }
    }

    /// Writes the configuration for a cloud.
    ///
    /// - Parameters:
    ///   - cloud: where it is.
    ///   - keys: with how many keys, those of `LaboratoryKeys`.
    ///   - concurrency: how many tasks each may have at once.
    ///   - settings: more of `config.yaml`, over these defaults.
    /// - Throws: what could not be written.
    func configure(
        cloud: String,
        keys: Int = 1,
        concurrency: Int = 40,
        settings: String = "inbox: { quiet_time: 100ms, poll_quiet_time: 1s }"
    ) throws {
        var lines: [String] = []
        for key in LaboratoryKeys.some(keys) {
            let file = "\(folder)/etc/\(key.name)"
            try "\(key.key)\n".write(toFile: file, atomically: false, encoding: .utf8)
            chmod(file, 0o600)
            lines.append("    - { name: \(key.name), file: \(file), concurrency: \(concurrency) }")
        }
        try """
        api:
          base_url: \(cloud)
          keys:
        \(lines.joined(separator: "\n"))
        webhook:
          public_url: http://127.0.0.1:\(listener.port)
        spool: \(spool)
        state: \(state)
        control_socket: \(controlSocket)
        limits: { free_space: 1MB }
        \(settings)

        """.write(toFile: configurationFile, atomically: false, encoding: .utf8)
        try LaboratoryPrograms(self).write()
        for pipeline in pipelines {
            let file = "\(folder)/etc/pipelines.d/\(pipeline.name).yaml"
            try pipeline.text(in: self).write(toFile: file, atomically: false, encoding: .utf8)
        }
    }

    /// A pipeline's folder of this role: inbox, work, outbox, done or failed.
    func path(_ role: String, of pipeline: LaboratoryPipeline) -> String {
        role == "inbox" ? pipeline.inbox ?? "\(spool)/inbox/\(pipeline.name)" : "\(spool)/\(role)/\(pipeline.name)"
    }

    /// Removes all of it.
    func remove() {
        for path in [folder, disk] + pipelines.compactMap(\.inbox) { try? FileManager.default.removeItem(atPath: path) }
    }
}
