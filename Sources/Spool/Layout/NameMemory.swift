import Jobs
internal import Synchronization

/// Which names large folders have, as far as a few bits for each name tell: so that a full folder need not be read through for each file that
/// is to be put into it.
///
/// A name that is remembered may be there. One that is not remembered is not there, but for one that somebody else has given since the
/// folder was last read through, ten seconds ago at most, or, where the reading takes long, a hundred times that and a minute at most. What
/// was given through this memory is remembered for a minute at least, whether it stands in the folder already or is still to come.
package final class NameMemory: Sendable {
    /// Folders with fewer names are read through each time.
    static let least = 256
    /// Of this many folders, those that were asked of last; two to four bytes for each name.
    private static let most = 32
    private static let lifetime = Duration.seconds(10)
    private static let longestLifetime = Duration.seconds(60)

    private struct Known: Sendable {
        /// What the last reading found, if it is to be relied on.
        var names: NameFilter?
        var readAt: ContinuousClock.Instant
        var readFor = Duration.zero
        /// What was given since `givenSince`, and for a minute or more before that.
        var given = NameFilter()
        var givenBefore = NameFilter()
        var givenSince: ContinuousClock.Instant
        var askedAt: ContinuousClock.Instant

        init(at now: ContinuousClock.Instant) {
            (readAt, givenSince, askedAt) = (now, now, now)
        }

        mutating func age(at now: ContinuousClock.Instant) {
            guard now - givenSince >= longestLifetime else { return }
            (givenBefore, given, givenSince) = (given, NameFilter(), now)
        }
    }

    private struct Key: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64

        init(_ folder: FileIdentity) {
            (device, inode) = (folder.device, folder.inode)
        }
    }

    private let folders = Mutex<[Key: Known]>([:])

    /// Nothing is known.
    init() {}

    /// Whether a folder may have one of these names.
    ///
    /// - Parameters:
    ///   - names: the names.
    ///   - folder: the folder.
    ///   - now: the time.
    /// - Returns: nothing where the folder has to be read through to know.
    func mayHave(_ names: [FoldedName], in folder: FileIdentity, at now: ContinuousClock.Instant) -> Bool? {
        folders.withLock { folders in
            let key = Key(folder)
            guard let known = folders[key], let there = known.names else { return nil }
            let lifetime = min(max(Self.lifetime, known.readFor * 100), Self.longestLifetime)
            guard now - known.readAt < lifetime else { return nil }
            folders[key]?.askedAt = now
            return names.contains {
                there.mayContain($0) || known.given.mayContain($0) || known.givenBefore.mayContain($0)
            }
        }
    }

    /// These names are about to be given in a folder.
    func gives(_ names: [FoldedName], in folder: FileIdentity, at now: ContinuousClock.Instant) {
        folders.withLock { folders in
            Self.know(folder, in: &folders, at: now) { known in
                for name in names { known.given.insert(name) }
            }
        }
    }

    /// A folder was read through.
    ///
    /// - Parameters:
    ///   - names: what it holds; nothing where that is so little that it is to be read again each time.
    ///   - folder: the folder.
    ///   - start: when the reading began.
    ///   - now: when it ended.
    func has(
        _ names: NameFilter?,
        in folder: FileIdentity,
        readFrom start: ContinuousClock.Instant,
        to now: ContinuousClock.Instant
    ) {
        folders.withLock { folders in
            Self.know(folder, in: &folders, at: now) { known in
                known.names = names
                known.readAt = start
                known.readFor = now - start
            }
        }
    }

    private static func know(
        _ folder: FileIdentity,
        in folders: inout [Key: Known],
        at now: ContinuousClock.Instant,
        _ change: (inout Known) -> Void
    ) {
        let key = Key(folder)
        if folders[key] == nil, folders.count >= most,
            let oldest = folders.min(by: { $0.value.askedAt < $1.value.askedAt })?.key
        {
            folders[oldest] = nil
        }
        folders[key, default: Known(at: now)].age(at: now)
        change(&folders[key, default: Known(at: now)])
    }
}

/// A Bloom filter of names that grows: each part holds twice as many as the one before, with 16 bits and six probes for each name, so that
/// of 50 000 names about one in two hundred others is taken for one of them.
struct NameFilter: Sendable {
    /// How many names were inserted.
    private(set) var count = 0

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

    private var parts: [Part] = []

    /// Whether the name may be one of those that were inserted.
    func mayContain(_ name: FoldedName) -> Bool {
        let hash = Self.hash(name)
        return parts.contains { $0.contains(hash) }
    }

    mutating func insert(_ name: FoldedName) {
        count += 1
        if parts.last?.room ?? 0 == 0 { parts.append(Part(room: (parts.last?.bits.count ?? 64) * 8)) }
        parts[parts.count - 1].insert(Self.hash(name))
    }

    /// Two halves of one hash: the bits that are probed are an arithmetic sequence of both (Kirsch and Mitzenmacher 2008).
    private static func hash(_ name: FoldedName) -> (UInt, UInt) {
        let hash = UInt(bitPattern: name.hashValue)
        return (hash, hash >> 32 | 1)
    }
}
