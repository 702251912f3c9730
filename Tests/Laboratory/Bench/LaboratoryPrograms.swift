import Foundation
import Glibc

/// The programs of a pipeline that has some: one that takes its time to copy a file, and one that writes down whose end it is told.
struct LaboratoryPrograms {
    private let folder: String

    init(_ workplace: Workplace) {
        folder = workplace.folder
    }

    /// What stands of them in a pipeline's file.
    var settings: [String] {
        [
            "prepare: { program: [\(folder)/etc/prepare, \"{input}\", \"{output}\"] }",
            "hooks: { program: [\(folder)/etc/tell], events: [delivered, failed, cancelled] }",
        ]
    }

    /// Writes them.
    func write() throws {
        try write("prepare", #"sleep 0.05; exec cp "$1" "$2.png""#)
        try write("tell", #"printf '%s\n' "$RUNNINGHUB_FILE" >>"\#(folder)/told""#)
    }

    /// What was dropped for the jobs whose ends were told.
    var told: Set<String> {
        let text = (try? String(contentsOfFile: "\(folder)/told", encoding: .utf8)) ?? ""
        return Set(text.split(separator: "\n").map(String.init))
    }

    private func write(_ name: String, _ script: String) throws {
        try "#!/bin/sh\n\(script)\n".write(toFile: "\(folder)/etc/\(name)", atomically: false, encoding: .utf8)
        chmod("\(folder)/etc/\(name)", 0o755)
    }
}
