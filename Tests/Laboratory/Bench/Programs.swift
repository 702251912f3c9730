import Foundation

/// The programs that are put to the test.
struct Programs: Sendable {
    let daemon: String
    let simulator: String

    /// Those of a folder.
    init(folder: String) {
        let folder = URL(filePath: folder).standardizedFileURL.path
        daemon = "\(folder)/runninghubd"
        simulator = "\(folder)/runninghub-simulator"
    }

    /// Throws where one is missing.
    func check() throws {
        for program in [daemon, simulator] where !FileManager.default.isExecutableFile(atPath: program) {
            throw LaboratoryError("There is no \(program); make builds it.")
        }
    }
}

/// Why an experiment could not be made, or what it found.
struct LaboratoryError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
