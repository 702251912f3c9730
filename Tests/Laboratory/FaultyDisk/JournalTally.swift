import Foundation

/// What the daemon's journal says of trouble, counted by what it is about.
struct JournalTally: Sendable {
    /// The lines of each trouble: a sentence without what differs from job to job.
    private(set) var troubles: [String: Int] = [:]

    /// Counts the lines of a log from this offset on, in bytes.
    init(log: String, from start: UInt64, to end: UInt64) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: log))
        defer { try? file.close() }
        try file.seek(toOffset: start)
        let data = try file.read(upToCount: Int(end - start)) ?? Data()
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where Self.isTrouble(line) {
            troubles[Self.trouble(in: line), default: 0] += 1
        }
    }

    /// The most lines about one trouble.
    var most: Int { troubles.values.max() ?? 0 }

    /// That a task was started and could not be recorded is no repetition: the journal is the only record of each.
    private static func isTrouble(_ line: Substring) -> Bool {
        guard !line.contains("RunningHub started task") else { return false }
        return line.hasPrefix("warning ") || line.hasPrefix("error ") || line.contains(" waits: ")
    }

    /// The sentence, with stems, job ids and numbers taken out; the pipeline stays.
    private static func trouble(in line: Substring) -> String {
        String(line)
            .replacing(/\ [a-z.]+=("([^"\\]|\\.)*"|\S*)/, with: "")
            .replacing(/\bs\d+/, with: "…")
            .replacing(/\b[0-9a-hjkmnp-tv-z]{12}\b/, with: "…")
            .replacing(/\d+/, with: "…")
            .replacing(" (… times since the last line about it)", with: "")
    }

    static func length(of log: String) -> UInt64 {
        (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? UInt64) ?? 0
    }
}
