internal import Jobs

/// Decides which folders below an inbox nobody uses any more: nothing is in them, or only parameters for what has been taken.
///
/// A pure value. A folder counts as idle when it was found unchanged for `patience`, and all folders in it are idle: a `cp -r` makes a
/// folder a moment before it puts something there, and a person perhaps some minutes before.
struct IdleFolders: Sendable {
    /// How long a folder must stay as it is.
    static let patience = Duration.seconds(15 * 60)
    /// The most folders kept in mind; more wait until these are gone.
    static let capacity = 4096

    /// A folder in which there is nothing but, perhaps, parameters, and folders of that kind.
    struct Found: Sendable, Hashable {
        /// Where it lies below the inbox.
        let folders: [FileName]
        /// How it is.
        let condition: Condition
    }

    /// What would be another if somebody had put something in the folder, or taken it out.
    struct Condition: Sendable, Hashable {
        let folder: FileIdentity
        let parameters: FileIdentity?
    }

    private var since: [[FileName]: (condition: Condition, time: Timestamp)] = [:]

    /// Takes in every such folder that there is, and gives those that are idle, the innermost first.
    mutating func found(_ found: [Found], at now: Timestamp) -> [Found] {
        var known: [[FileName]: (condition: Condition, time: Timestamp)] = [:]
        for folder in found.prefix(Self.capacity) {
            let before = since[folder.folders]
            known[folder.folders] = before?.condition == folder.condition ? before : (folder.condition, now)
        }
        since = known
        let busy = Set(known.filter { $0.value.time + Self.patience > now }.keys)
        let idle = found.filter { folder in
            guard known[folder.folders] != nil else { return false }
            return !busy.contains { $0.starts(with: folder.folders) }
        }
        return idle.sorted { $0.folders.count > $1.folders.count }
    }
}
