import Logging

extension LogEvent {
    /// An event with what a test cares about.
    static func make(
        _ message: Logger.Message = "The file was uploaded",
        level: Logger.Level = .info,
        error: (any Error)? = nil
    ) -> LogEvent {
        LogEvent(
            level: level,
            message: message,
            error: error,
            metadata: nil,
            source: nil,
            file: "Daemon/Engine.swift",
            function: "upload(_:)",
            line: 42
        )
    }
}

/// An error that says what it is.
struct Failure: Error, CustomStringConvertible {
    let description: String
}
