import Jobs
import Logging
import Spool

/// A file system that does not do what it is asked: not a matter of the job that met it, and over as suddenly as it began.
enum DiskTrouble {
    /// How long what met it is left alone, however often: when it is over, all goes on soon.
    static let pace = Duration.seconds(10)
    /// As `pace`, where each try fetches results anew; with what the fetch takes it still goes on within half a minute.
    static let paceOfFetches = Duration.seconds(25)

    /// What the file system said, where an error is such trouble.
    static func cause(of error: any Error) -> SystemError? {
        switch error {
        case let error as SystemError: error
        case StagedFile.Failure.system(let error): error
        default: nil
        }
    }
}

extension Engine {
    /// Tells of trouble with a pipeline's folders, at most once a minute however many jobs meet it.
    func tellDiskTrouble(of pipeline: String, _ what: String, _ sentence: String) {
        journal.tell(
            ongoing: .spoolTrouble,
            about: "\(pipeline)/\(what)",
            at: time.now(),
            sentence,
            ["pipeline": .string(pipeline)]
        )
    }

    /// Tells that work could not be read from the ledger or a change not be written to it: one trouble, whichever stage meets it.
    func tellTrouble(_ stage: String, _ error: any Error) {
        if let cause = DiskTrouble.cause(of: error) {
            journal.tell(
                ongoing: .spoolTrouble,
                about: stage,
                at: time.now(),
                "Something waits in \(stage); it is tried again: \(Self.sentence(about: cause))"
            )
        } else {
            journal.tell(
                ongoing: .ledgerTrouble,
                about: "",
                at: time.now(),
                "The ledger cannot be used for \(stage); it is tried again: \(error)"
            )
        }
    }
}
