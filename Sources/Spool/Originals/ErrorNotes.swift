internal import FoundationEssentials
internal import Glibc
package import Jobs

/// The two files beside a failed original that say why: one for a person, one for a program.
package struct ErrorNotes: Sendable, Hashable {
    /// Ends the name of the one for a person.
    package static let textSuffix = ".error.txt"
    /// Ends the name of the one for a program.
    ///
    /// Its `job` tells whose notes they are.
    package static let jsonSuffix = ".error.json"
    /// The longest note that is read, in bytes.
    package static let maximumLength = 256 * 1024

    /// Three lines in the language of people.
    package let text: [UInt8]
    /// A JSON object with `job`, at least.
    package let json: [UInt8]

    /// Notes of this content.
    package init(text: [UInt8], json: [UInt8]) {
        self.text = text
        self.json = json
    }

    private struct Owner: Decodable { let job: String }

    /// The job whose notes lie beside a file; nothing where there are none, or somebody's own file bears their name.
    ///
    /// Blocks.
    package static func job(beside name: FileName, in folder: Folder) throws(SystemError) -> JobID? {
        try job(in: noteName(name, jsonSuffix), of: folder)
    }

    static func job(in note: FileName, of folder: Folder) throws(SystemError) -> JobID? {
        guard let bytes = try content(of: note, in: folder) else { return nil }
        return (try? JSONDecoder().decode(Owner.self, from: Data(bytes))).flatMap { JobID($0.job) }
    }

    /// What stands in the note for programs beside a file, unjudged; nothing where there is none that may be read.
    ///
    /// Blocks.
    package static func json(beside name: FileName, in folder: Folder) throws(SystemError) -> [UInt8]? {
        try content(of: noteName(name, jsonSuffix), in: folder)
    }

    private static func content(of note: FileName, in folder: Folder) throws(SystemError) -> [UInt8]? {
        do {
            return try folder.contents(of: note, limit: maximumLength)
        } catch {
            // What is too long, a link or no file is none of ours; so is what a person has closed to us. A name that leaves no room for
            // that of a note has none.
            guard [EFBIG, EINVAL, ELOOP, EACCES, EISDIR, ENXIO, ENAMETOOLONG].contains(error.code) else { throw error }
            return nil
        }
    }

    /// Removes the notes beside a file if they are this job's; does nothing to anybody else's files of these names.
    ///
    /// Blocks.
    package static func remove(beside name: FileName, in folder: Folder, of job: JobID) throws(SystemError) {
        guard try Self.job(beside: name, in: folder) == job else { return }
        // The one that tells whose they are goes last, so that a removal that was cut off can be repeated.
        try folder.remove(noteName(name, textSuffix))
        try folder.remove(noteName(name, jsonSuffix))
        try folder.synchronize()
    }

    /// The name of a note beside a file.
    static func noteName(_ name: FileName, _ suffix: String) -> FileName {
        FileName(cleaning: name.bytes + Array(suffix.utf8))
    }

    /// The name of the file that a note belongs to; nothing for what is no note of ours by its name.
    static func owner(of note: FileName) -> FileName? {
        let suffix = Array(jsonSuffix.utf8)
        guard note.bytes.count > suffix.count, note.bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        return FileName(bytes: note.bytes.dropLast(suffix.count))
    }
}
