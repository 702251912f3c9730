import Foundation

/// Runs a program to its end.
///
/// Throws where it says that it failed.
func runTool(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw LaboratoryError("\(words.joined(separator: " ")): \(process.terminationStatus)")
    }
}
