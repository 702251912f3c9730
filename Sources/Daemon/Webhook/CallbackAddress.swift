import Jobs

/// The part of a request's path that names an attempt: `…/callback/JOB/ATTEMPT/TOKEN`.
///
/// Only the end of the path counts, so a proxy in front may keep a prefix or strip it.
struct CallbackAddress: Sendable, Hashable {
    let job: JobID
    let attempt: Int
    let token: Substring

    /// The longest path that is looked at.
    ///
    /// A longer one cannot be ours.
    static let maximumLength = 2048

    /// Reads a path without its query, or nothing where it names no attempt.
    init?(path: Substring) {
        guard path.utf8.count <= Self.maximumLength else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.count >= 4, parts[parts.count - 4] == "callback" else { return nil }
        guard let job = JobID(String(parts[parts.count - 3])), let attempt = Self.number(parts[parts.count - 2]) else {
            return nil
        }
        self.job = job
        self.attempt = attempt
        self.token = parts[parts.count - 1]
    }

    /// A number in the one way in which we write it: digits, no sign, no zero in front.
    private static func number(_ text: Substring) -> Int? {
        guard let number = Int(text), number > 0, String(number) == text else { return nil }
        return number
    }
}
