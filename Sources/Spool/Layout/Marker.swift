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
    /// The ledger's generation: it counts up at each start, and before submissions.
    ///
    /// A marker that is ahead of its ledger tells of lost history. Only the one in the spool itself is kept up to date.
    package var generation: Int64

    /// The marker of a ledger.
    package init(ledger: String, generation: Int64) {
        self.ledger = ledger
        self.generation = generation
    }

    /// What stands in the place of a marker.
    package enum Finding: Sendable, Hashable {
        /// Nothing.
        case none
        /// An empty file: a person says that the folder is the right one (`touch .runninghubd`).
        case empty
        /// Something that is no marker.
        case unreadable
        case marker(Marker)
    }

    /// Looks for the marker of a folder.
    ///
    /// Blocks. Throws only where the folder cannot be read.
    package static func find(in folder: Folder) throws(SystemError) -> Finding {
        do {
            guard let bytes = try folder.contents(of: name, limit: maximumLength) else { return .none }
            guard !bytes.isEmpty else { return .empty }
            return (try? JSONDecoder().decode(Marker.self, from: Data(bytes))).map(Finding.marker) ?? .unreadable
        } catch {
            // Too long, no file, a link.
            guard [EFBIG, EINVAL, ELOOP, EISDIR].contains(error.code) else { throw error }
            return .unreadable
        }
    }

    /// Reads the marker of a folder; nothing where there is none.
    ///
    /// Blocks. Throws `EBADMSG` where a file bears its name and is none.
    package static func read(in folder: Folder) throws(SystemError) -> Marker? {
        switch try find(in: folder) {
        case .none: return nil
        case .marker(let marker): return marker
        case .empty, .unreadable: throw SystemError(call: "read", code: EBADMSG, subject: name.bytes)
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
