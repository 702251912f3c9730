internal import FaultPoints
internal import FoundationEssentials
internal import Glibc
package import Jobs

/// What a ledger leaves in the spool and in each pipeline's folders, so that it knows them again.
///
/// A folder without its marker is not the folder that was there before: an unmounted disk is not an empty folder.
package struct Marker: Sendable, Hashable, Codable {
    /// The file that holds it.
    package static let name = FileName(cleaning: ".runninghubd".utf8)
    /// The longest file that is read as one, in bytes.
    package static let maximumLength = 4096

    private static let temporary = FileName(cleaning: ".runninghubd.new".utf8)

    /// The ledger's id.
    package var ledger: String
    /// How many times that ledger has been opened.
    ///
    /// A marker that is ahead of its ledger tells of lost history.
    package var generation: Int64

    /// The marker of a ledger.
    package init(ledger: String, generation: Int64) {
        self.ledger = ledger
        self.generation = generation
    }

    /// Reads the marker of a folder; nothing where there is none.
    ///
    /// Blocks. Throws `EBADMSG` where a file bears its name and is none.
    package static func read(in folder: Folder) throws(SystemError) -> Marker? {
        guard let bytes = try folder.contents(of: name, limit: maximumLength) else { return nil }
        do {
            return try JSONDecoder().decode(Marker.self, from: Data(bytes))
        } catch {
            throw SystemError(call: "read", code: EBADMSG, subject: name.bytes)
        }
    }

    /// Writes it into a folder in the place of any other; on disk when this returns.
    ///
    /// Blocks.
    package func write(in folder: Folder) throws(SystemError) {
        guard let data = try? JSONEncoder().encode(self) else {
            throw SystemError(call: "write", code: EINVAL, subject: Self.name.bytes)
        }
        FaultPoint.marker.before()
        try folder.replace(Self.name, with: Array(data) + [UInt8(ascii: "\n")], by: Self.temporary)
        FaultPoint.marker.after()
    }
}
