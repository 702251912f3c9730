import Jobs
internal import Synchronization

/// Which names folders have, as far as a few bits for each name tell: so that a full folder need not be read through for each file that is
/// to be put into it.
///
/// A name that is not remembered is not there, but for one that somebody else has given since the folder was last read through, which is
/// at most ten seconds ago where the folder has changed (or a hundred times what the reading took). A name that is remembered may be there.
package final class NameMemory: Sendable {
    /// Of this many folders, those that were asked of last; about two bytes for each name.
    private static let most = 32
    private static let lifetime = Duration.seconds(10)

    private struct Known: Sendable {
        var names: NameFilter
        /// When the folder last changed, as it was before it was read.
        var changed: Int64
        var readAt: ContinuousClock.Instant
        var readFor: Duration
        var askedAt: ContinuousClock.Instant
    }

    private struct Key: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    private let folders = Mutex<[Key: Known]>([:])

    /// Nothing is known.
    init() {}

    /// Whether a folder may have one of these names.
    ///
    /// - Parameters:
    ///   - names: the names.
    ///   - folder: the folder as it is now.
    ///   - now: the time.
    /// - Returns: nothing where the folder has to be read through to know.
    func mayHave(_ names: [FoldedName], in folder: FileIdentity, at now: ContinuousClock.Instant) -> Bool? {
        folders.withLock { folders in
            let key = Key(device: folder.device, inode: folder.inode)
            guard var known = folders[key] else { return nil }
            let age = now - known.readAt
            guard known.changed == folder.changed || age < max(Self.lifetime, known.readFor * 100) else { return nil }
            known.askedAt = now
            folders[key] = known
            return names.contains(where: known.names.mayContain)
        }
    }

    /// These names are about to be given in the folder.
    func gives(_ names: [FoldedName], in folder: FileIdentity) {
        folders.withLock { folders in
            for name in names { folders[Key(device: folder.device, inode: folder.inode)]?.names.insert(name) }
        }
    }

    /// The folder was read through.
    ///
    /// - Parameters:
    ///   - names: what it holds.
    ///   - folder: the folder as it was before that.
    ///   - start: when the reading began.
    ///   - now: when it ended.
    func has(
        _ names: NameFilter,
        in folder: FileIdentity,
        readFrom start: ContinuousClock.Instant,
        to now: ContinuousClock.Instant
    ) {
        folders.withLock { folders in
            if folders.count >= Self.most, let oldest = folders.min(by: { $0.value.askedAt < $1.value.askedAt })?.key {
                folders[oldest] = nil
            }
            folders[Key(device: folder.device, inode: folder.inode)] = Known(
                names: names,
                changed: folder.changed,
                readAt: start,
                readFor: now - start,
                askedAt: now
            )
        }
    }
}

/// A Bloom filter of names that grows: each part holds twice as many as the one before, with 16 bits and six probes for each name, so that
/// about one in a thousand names is taken for one of the others.
struct NameFilter: Sendable {
    private struct Part: Sendable {
        var bits: [UInt64]
        var room: Int

        init(room: Int) {
            self.room = room
            bits = Array(repeating: 0, count: room / 4)
        }

        static let probes = 6

        func contains(_ hash: (UInt, UInt)) -> Bool {
            (0..<Self.probes).allSatisfy { probe in
                let bit = (hash.0 &+ UInt(probe) &* hash.1) % UInt(bits.count * 64)
                return bits[Int(bit / 64)] & (1 << UInt64(bit % 64)) != 0
            }
        }

        mutating func insert(_ hash: (UInt, UInt)) {
            room -= 1
            for probe in 0..<Self.probes {
                let bit = (hash.0 &+ UInt(probe) &* hash.1) % UInt(bits.count * 64)
                bits[Int(bit / 64)] |= 1 << UInt64(bit % 64)
            }
        }
    }

    private var parts = [Part(room: 1024)]

    /// Whether the name may be one of those that were inserted; it is, or one of a thousand others.
    func mayContain(_ name: FoldedName) -> Bool {
        let hash = Self.hash(name)
        return parts.contains { $0.contains(hash) }
    }

    mutating func insert(_ name: FoldedName) {
        if parts[parts.count - 1].room == 0 { parts.append(Part(room: parts[parts.count - 1].bits.count * 8)) }
        parts[parts.count - 1].insert(Self.hash(name))
    }

    /// Two halves of one hash: the bits that are probed are an arithmetic sequence of both (Kirsch and Mitzenmacher 2008).
    private static func hash(_ name: FoldedName) -> (UInt, UInt) {
        let hash = UInt(bitPattern: name.hashValue)
        return (hash, hash >> 32 | 1)
    }
}
